"""The composition root: the only place that wires ports, domains and the reactions between them."""
