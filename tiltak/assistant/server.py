"""The tools of an assistant as a server of the Model Context Protocol, on standard input and output.

The server reads the published warehouse and nothing else. It needs the package `mcp`: `make mcp` installs it.
"""

from mcp.server.mcpserver import MCPServer

from tiltak.assistant import tools
from tiltak.home import Home
from tiltak.publish.guide import GUIDE

INSTRUCTIONS = """\
NAV's monthly statistics on participants in Norwegian labour-market measures (arbeidsrettede tiltak). Read the
resource tiltak://guide first. A number counts people at the end of a month: never add up months. Hidden
numbers (below 4) are empty, with bounds in participants_min and participants_max. Find a table, describe it,
then ask with one SELECT. Pass on everything under `say_with_it` and every finding. If a question is refused,
ask as `next_step` says; if something is not printed, say so and give no number.
"""


def make_server(home: Home) -> MCPServer:
    """Return the server for the warehouse of a home."""
    server: MCPServer = MCPServer("tiltak", instructions=INSTRUCTIONS)

    def find_tables(words: str = "") -> tools.Result:
        """Find tables and members (counties, measures) by words, Norwegian or English; all without words."""
        return tools.find_tables(home, words)

    def describe_table(name: str) -> tools.Result:
        """Describe a table: columns, months with numbers, and over what its numbers are never added up."""
        return tools.describe_table(home, name)

    def ask(sql: str) -> tools.Result:
        """Ask with one SELECT (DuckDB). The answer has what must be said with it; a wrong sum is refused."""
        return tools.answer(home, sql)

    def guide() -> str:
        """How to ask, and what to say: months, populations, tables, members, breaks, examples."""
        return (home.folder / "published" / GUIDE).read_text(encoding="utf-8")

    for tool in (find_tables, describe_table, ask):
        server.add_tool(tool)
    server.resource("tiltak://guide", mime_type="text/markdown")(guide)
    return server


def serve(home: Home) -> None:
    """Answer an assistant on standard input and output until it hangs up."""
    make_server(home).run("stdio")
