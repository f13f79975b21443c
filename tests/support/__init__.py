"""What several tests share: makers of reports and projects, a browser, servers."""
