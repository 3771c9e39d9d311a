# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow-serving-api"]
#
# [tool.adrtool]
# constraints = "constraints/serving.txt"
# ///
"""TensorFlow Serving is told in its own configuration which versions of a model to keep: newest, named ones, or all.

A configuration in the server's text format is read with its official messages: each policy, and labels such as
"stable" and "canary" by which clients ask without knowing a number. A policy is one of the three and never two, a
client asks by number or by label and never both, and a misspelt policy is refused. Shows what can be asked of a server
and in which words; that a server acts on it is shown by serving_server.py, where there is one.
"""
from google.protobuf import text_format
from tensorflow_serving.apis import model_management_pb2, model_pb2
from tensorflow_serving.config import model_server_config_pb2

CONFIG = """
model_config_list {
  config { name: "newest" base_path: "/models/a" model_platform: "tensorflow"
           model_version_policy { latest { num_versions: 2 } } }
  config { name: "named" base_path: "/models/b" model_platform: "tensorflow"
           model_version_policy { specific { versions: 42 versions: 43 } }
           version_labels { key: "stable" value: 42 } version_labels { key: "canary" value: 43 } }
  config { name: "every" base_path: "/models/c" model_platform: "tensorflow" model_version_policy { all {} } }
  config { name: "default" base_path: "/models/d" model_platform: "tensorflow" }
}
"""


def parsed(text):
    return text_format.Parse(text, model_server_config_pb2.ModelServerConfig())


def policies(config):
    return {model.name: model.model_version_policy.WhichOneof("policy_choice")
            for model in config.model_config_list.config}


config = parsed(CONFIG)
assert policies(config) == {"newest": "latest", "named": "specific", "every": "all", "default": None}, policies(config)
newest, named, *_ = config.model_config_list.config
assert newest.model_version_policy.latest.num_versions == 2, "the newest two are not two"
assert list(named.model_version_policy.specific.versions) == [42, 43], "named versions are lost"
assert dict(named.version_labels) == {"stable": 42, "canary": 43}, "labels are lost"

# The same configuration can be sent to a running server, so a rollback needs no restart.
reload = model_management_pb2.ReloadConfigRequest(config=config)
received = model_management_pb2.ReloadConfigRequest.FromString(reload.SerializeToString())
assert received.config == config, "the configuration changes on its way to the server"

named.model_version_policy.latest.num_versions = 1
assert named.model_version_policy.WhichOneof("policy_choice") == "latest", "two policies at once"
assert not named.model_version_policy.HasField("specific"), "the old policy is still there"

asked = model_pb2.ModelSpec(name="named", version_label="stable")
asked.version.value = 43
assert asked.WhichOneof("version_choice") == "version" and not asked.version_label, "asked by number and by label"

try:
    parsed(CONFIG.replace("specific", "pinned"))
except text_format.ParseError:
    pass
else:
    raise AssertionError("a policy that does not exist is taken")
