def on_page_markdown(markdown, page, config, files):
    if page.is_index and page.parent:
        page.parent.title = page.meta.get("title", page.parent.title)
