#!/bin/sh
# /// script
# [tool.adrtool]
# needs = ["command:kubectl", "env:KUBECONFIG"]
# network = true
# control = "./kubernetes_cluster.sh --wrong"
# ///
#
# A Kubernetes cluster accepts the manifests of TensorFlow Serving.
#
# The API server judges serving.yaml in a dry run: schema, defaults and admission, nothing is created. The control is a
# copy with a negative number of replicas, which it must refuse; with --wrong that copy alone is judged, as if it were
# ours. Shows no running pod: the image is not pulled.
# The cluster is the one that $KUBECONFIG names, in a file that needs no other (kubectl config view --raw --flatten);
# where none answers, the run is skipped.

here=$(dirname "$0")

right() {
    cat "$here/serving.yaml"
}

wrong() {
    sed 's/minReplicas: 2$/minReplicas: -2/' "$here/serving.yaml"
}

case ${1-} in
    --wrong) judged=wrong ;;
    *) judged=right ;;
esac

ask() {
    kubectl apply --dry-run=server --validate=strict --request-timeout=30s -f - 2>&1
}

if ! answer=$(kubectl version --request-timeout=10s 2>&1); then
    echo "no cluster answers: $(echo "$answer" | tail -n 1)"
    exit 77
fi

answer=$($judged | ask)
code=$?
echo "$answer"
case $code/$answer in
    0/*) ;;
    */*"(Forbidden)"*) echo "this account may not try"; exit 77 ;;
    */*"(Invalid)"* | */*"is invalid"* | */*"(BadRequest)"* | */*"no matches for kind"*) exit 1 ;;
    *) exit 3 ;;
esac

answer=$(wrong | ask)
case $answer in
    *"is invalid"*) echo "a negative number of replicas is refused" ;;
    *"(server dry run)"*) echo "a negative number of replicas is taken, too: $answer"; exit 3 ;;
    *) echo "$answer"; exit 3 ;;
esac
