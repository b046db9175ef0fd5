"""An address as a QR code for paper, beside the same address in words."""

import base64
import io

import qrcode
from qrcode.image.svg import SvgPathImage


def qr_image(address: str) -> str:
    """Return a QR code of an address as a ``data:`` image (SVG); leave white around it, four modules at least."""
    buffer = io.BytesIO()
    qrcode.make(address, image_factory=SvgPathImage, border=0).save(buffer)
    return f"data:image/svg+xml;base64,{base64.b64encode(buffer.getvalue()).decode()}"
