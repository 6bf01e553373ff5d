def on_page_markdown(markdown, page, config, files):
    page.title = page.meta.get("label", page.title)
    if page.is_index and page.parent:
        page.parent.title = page.title
