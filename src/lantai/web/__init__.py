"""What all pages share: layout, forms, notices, languages, headers, and how requests meet use cases."""
