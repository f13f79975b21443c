"""What an assistant gets: tables, their descriptions, and answers with what must be said of them."""
