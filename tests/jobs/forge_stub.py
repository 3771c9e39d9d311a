"""`gh` and `glab`, as far as adrtool uses them: their `api` over a file instead of a network."""

import json
import os
import re
import sys
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

STATE = Path(os.environ["FORGE_STATE"])


def main(tool: str, *words: str) -> object:
    state = json.loads(STATE.read_text())
    state["calls"].append([tool, *words])
    answer = None
    if words[:2] == ("auth", "setup-git"):
        if not os.environ.get("GH_TOKEN"):
            sys.exit("no token")
    elif state.get("down"):
        sys.exit("HTTP 503: down")
    elif words[0] == "api":
        method, path = words[2], words[3]
        fields = json.loads(sys.stdin.read()) if "--input" in words else {}
        answer = api(state, tool, method, path, fields)
    else:
        sys.exit(f"unknown command {words}")
    STATE.write_text(json.dumps(state))
    print(json.dumps(answer))


def api(state: dict, tool: str, method: str, address: str, fields: dict) -> object:
    url = urlsplit(address)
    query = {key: values[0] for key, values in parse_qs(url.query).items()}
    body, number = ("body", "number") if tool == "gh" else ("description", "iid")
    path = unquote(re.sub(r"^(repos/[^/]+/[^/]+|projects/[^/]+)/", "", url.path))
    match method, *path.split("/"):
        case "GET", "issues":
            wanted = {"open": "open", "opened": "open"}[query["state"]]
            rows = [it for it in state["issues"] if it["state"] == wanted and query["labels"] in it["labels"]]
            return [{number: it["number"], body: it["body"]} for it in rows]
        case "POST", "issues":
            labels = fields["labels"] if isinstance(fields["labels"], list) else fields["labels"].split(",")
            known = set(state["labels"]) if tool == "gh" else set(labels)
            kept = [label for label in labels if label in known]  # what nobody made before is dropped
            made = {"number": len(state["issues"]) + 1, "state": "open", "title": fields["title"], "labels": kept}
            state["issues"].append({**made, "body": fields[body]})
            return {number: made["number"]}
        case (("PATCH" | "PUT"), "issues", which) if which != "comments":
            issue = state["issues"][int(which) - 1]
            if fields.get("state") == "closed" or fields.get("state_event") == "close":
                issue["state"] = "closed"
            # Forges keep a text with line ends of their own.
            issue["body"] = fields.get(body, issue["body"]).replace("\n", "\r\n")
            return {number: issue["number"]}
        case "POST", "issues", which, ("comments" | "notes"):
            user = {"login": state.get("me", "github-actions[bot]")}
            state["comments"].append({"id": len(state["comments"]) + 1, "issue": int(which), "user": user, **fields})
            return {}
        case "GET", "issues", which, "comments":
            rows = [it for it in state["comments"] if it["issue"] == int(which)]
            at = (int(query["page"]) - 1) * 100
            return rows[at : at + 100]
        case "PATCH", "issues", "comments", which:
            state["comments"][int(which) - 1]["body"] = fields["body"]
            return {}
        case "GET", "labels":
            return [{"name": name} for name in state["labels"]]
        case "POST", "labels":
            state["labels"].append(fields["name"])
            return {}
        case "GET", "commits", sha, "pulls":
            return [it for it in state["pulls"] if it["head"]["sha"] == sha and it.get("known", True)]
        case "GET", "pulls":
            return [it for it in state["pulls"] if it["state"] == "open"]
    sys.exit(f"HTTP 404: {method} {address}")


if __name__ == "__main__":
    main(*sys.argv[1:])
