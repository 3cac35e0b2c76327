"""What goes onto paper: pages as their reader sees them, set by Typst, in six languages and both directions."""

from dunant.web.print.documents import DOCUMENTS, Document
from dunant.web.print.typesetting import typeset

__all__ = ["DOCUMENTS", "Document", "typeset"]
