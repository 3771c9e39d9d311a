# /// script
# [tool.adrtool]
# needs = ["network"]
# revalidate = "90d"
# ///
"""The major cloud MLOps platforms take PyTorch models: Google's Vertex AI, Amazon's SageMaker, Microsoft's Azure ML.

Reads one page of each platform's own documentation and looks for PyTorch in what a visitor sees. A page that is not
about its platform has moved, which is an error and no verdict; the control is Theano, which none of them may name.
Shows that PyTorch is a documented citizen, not how well it does there, nor that it does better than TensorFlow.

All three pages named PyTorch in stored copies, read on 2026-11-23: Vertex AI lists prebuilt containers for TensorFlow
and PyTorch, SageMaker a managed PyTorch environment, Azure ML a component that trains PyTorch models.
"""
from html.parser import HTMLParser

from _web import fetch
from adrtool_evidence import measure

PAGES = {
    "Vertex AI": "https://docs.cloud.google.com/vertex-ai/docs/training/exporting-model-artifacts",
    "SageMaker": "https://docs.aws.amazon.com/sagemaker/latest/dg/processing-job-frameworks-pytorch.html",
    "Azure Machine Learning":
        "https://learn.microsoft.com/en-us/azure/machine-learning/component-reference/train-pytorch-model",
}


class Text(HTMLParser):
    """Collects what a visitor can read: no scripts and no styles."""

    def __init__(self):
        super().__init__()
        self.hidden, self.words = 0, []

    def handle_starttag(self, tag, attributes):
        self.hidden += tag in ("script", "style")

    def handle_endtag(self, tag):
        self.hidden -= tag in ("script", "style")

    def handle_data(self, data):
        if not self.hidden:
            self.words += data.split()


def readable(page):
    text = Text()
    text.feed(page.decode("utf-8", "replace"))
    return " ".join(text.words)


for platform, url in PAGES.items():
    text = readable(fetch(url))
    if platform not in text:
        raise RuntimeError(f"this page is not about {platform}, it has moved: {url}")
    measure(f"mentions_of_pytorch_{platform.replace(' ', '_').lower()}", text.count("PyTorch"), at_least=1)
    assert "Theano" not in text, f"{url} names every framework there is, which shows nothing"
