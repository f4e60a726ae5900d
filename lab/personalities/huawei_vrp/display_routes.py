"""``display ip routing-table``, of the public instance or of one VPN instance.

Layouts: operators' published outputs of VRP 5, where a name that finds no room goes on in the next line, and Huawei's
configuration guides of NE and CE for VRP 8.
"""

from __future__ import annotations

from .routes import Route, table
from .views import Context, WrongArgumentError, command

_WIDTH = 80


@command("any", "display ip routing-table")
def _do_public(ctx: Context) -> str:
    return _shown(ctx, "")


@command("any", "display ip routing-table vpn-instance <word>")
def _do_instance(ctx: Context, name: str) -> str:
    if name not in ctx.box.vpns:
        raise WrongArgumentError
    return _shown(ctx, name)


def _shown(ctx: Context, vpn: str) -> str:
    routes = table(ctx.box, vpn, ctx.box.backbone)
    eight = ctx.box.two_stage
    name = vpn or ("_public_" if eight else "Public")
    more = ", T - to vpn-instance, B - black hole route" if eight else ""
    legend = ["Proto: Protocol        Pre: Preference"] if eight else []
    prefixes = len({route.prefix for route in routes})
    return "\n".join(
        [
            *legend,
            f"Route Flags: R - relay, D - download to fib{more}",
            "-" * 78,
            f"{'Routing Table' if eight else 'Routing Tables'}{' ' if eight else ''}: {name}",
            f"         Destinations : {prefixes:<8} Routes : {len(routes):<9}",
            "",
            f"Destination/Mask    Proto   Pre  {'Cost':<{12 if eight else 10}}Flags NextHop         Interface",
            "",
            *_rows(routes, 12 if eight else 10),
            "",
        ]
    )


def _rows(routes: list[Route], cost: int) -> list[str]:
    """Return the rows; a further way to the same destination does not name it again."""
    rows, last = [], None
    for route in routes:
        shown = f"{route.prefix.network_address!s:>15}/{route.prefix.prefixlen:<2}" if route.prefix != last else ""
        last = route.prefix
        row = (
            f"{shown:<18}  {route.protocol:<7} {route.preference:<4} {0:<{cost}}{route.flags:>3}"
            f"   {route.hop!s:<15} {route.interface}"
        )
        rows += [row[:_WIDTH], row[_WIDTH:]] if len(row) > _WIDTH and cost < 12 else [row]  # noqa: PLR2004 - VRP 5
    return rows
