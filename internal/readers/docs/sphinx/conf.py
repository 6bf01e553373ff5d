project = "Docs"
extensions = ["myst_parser", "sphinxcontrib.mermaid"]
