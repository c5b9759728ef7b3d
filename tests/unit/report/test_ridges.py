"""The pair plot of a posterior."""

import xml.etree.ElementTree as ET

import numpy as np

from kidswear_brain.report.ridges import ridge_plot

SVG = "{http://www.w3.org/2000/svg}"


def test_every_pair_is_drawn_once_with_its_correlation():
    rng = np.random.default_rng(0)
    x = rng.random((50, 3))
    x[:, 1] = 1 - x[:, 0]
    root = ET.fromstring(ridge_plot("What is left <&>", ["demand.load", "b.known", "c.d.0"], x))
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert "What is left <&>" in texts
    assert "-1.00" in texts
    assert texts.count("load") == 2
    assert "c.d.0" in texts
    assert len(list(root.iter(f"{SVG}circle"))) == 3 * 50
    inside = [float(c.get("cx")) for c in root.iter(f"{SVG}circle")]
    assert max(inside) <= float(root.get("width"))
