# /// script
# [tool.adrtool]
# needs = ["network"]
# revalidate = "90d"
# ///
"""The major cloud platforms take PyTorch: Google's Agent Platform (once Vertex AI), Amazon's SageMaker, Azure ML.

Reads of each platform's own documentation a page that lists the frameworks it supports, titled after none of them, and
looks for PyTorch in what a visitor sees beside the menus. The controls: the page must name its platform, or it has
moved; TensorFlow, or it lists no frameworks any more; and not Theano, or it lists whatever there is. Where one of them
fails, nothing is decided. Shows that PyTorch is a documented citizen, not how well it does there.

Seen on 2026-11-25 in stored copies, not on the live pages: Google's and Amazon's in their Markdown form, Azure's in its
published source, of September 2025. Google has prebuilt containers for TensorFlow, PyTorch, XGBoost and scikit-learn;
SageMaker's framework processors are for Hugging Face, MXNet, PyTorch, TensorFlow and XGBoost; Azure ML names PyTorch,
TensorFlow, scikit-learn, XGBoost and LightGBM.
"""
from html.parser import HTMLParser

from _web import fetch
from adrtool_evidence import measure

PAGES = {
    "Agent Platform":
        "https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/training"
        "/exporting-model-artifacts",
    "SageMaker": "https://docs.aws.amazon.com/sagemaker/latest/dg/processing-job-frameworks.html",
    "Azure Machine Learning":
        "https://learn.microsoft.com/en-us/azure/machine-learning/overview-what-is-azure-machine-learning",
}


class Text(HTMLParser):
    """Collects what a visitor can read: no scripts, no styles and no menus."""

    HIDDEN = ("script", "style", "nav")

    def __init__(self):
        super().__init__()
        self.hidden, self.words = 0, []

    def handle_starttag(self, tag, attributes):
        self.hidden += tag in self.HIDDEN

    def handle_endtag(self, tag):
        self.hidden -= tag in self.HIDDEN

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
    if "TensorFlow" not in text:
        raise RuntimeError(f"this page does not even name TensorFlow, it lists no frameworks any more: {url}")
    if "Theano" in text:
        raise RuntimeError(f"this page names every framework there is, which shows nothing: {url}")
    measure(f"mentions_of_pytorch_{platform.replace(' ', '_').lower()}", text.count("PyTorch"), at_least=1)
