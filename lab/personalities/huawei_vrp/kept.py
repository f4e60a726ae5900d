"""Configuration that the box keeps and shows as entered: management, logging, routes, mirroring, filters.

Each row: the views where the line is typed, its pattern, how many leading elements name the setting
(``undo`` takes these, and one line with equal leading words replaces another), and the section of the
configuration that it belongs to (empty: the view's own section).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .views import Context, View, WrongArgumentError, command

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.terminal import Terminal

#: (views, pattern, leading elements, section, whether several lines may stand side by side)
_ROWS: Final = (
    # Port mirroring and filters: public S5700/S6720 guides; read-back of filters by NTC capture.
    ("system", "observe-port <int:1-8> interface <if>", 2, "observe-port", False),
    ("interface", "port-mirroring to observe-port <int:1-8> inbound|outbound|both", 5, "", True),
    ("interface", "traffic-filter inbound|outbound acl <int:2000-4999>", 4, "", True),
    ("interface", "traffic-filter inbound|outbound acl name <word>", 5, "", True),
    ("interface", "port-isolate enable group <int:1-64>", 3, "", False),  # syntax by memory of the field
    ("interface", "port-isolate enable", 2, "", False),
    # Rate and marks: operators' published configurations; queues: Huawei's CloudEngine example; undo by memory.
    ("interface", "trust dscp", 1, "", False),
    ("interface", "qos lr outbound cir <int:64-1000000>", 3, "", False),
    ("interface", "qos lr outbound cir <int:64-1000000> cbs <int:8000-268435455>", 3, "", False),
    ("interface", "qos drr", 2, "", False),
    ("interface", "qos queue <int:0-7> drr weight <int:1-127>", 5, "", True),
    ("interface", "stp disable", 2, "", False),
    ("interface", "stp edged-port enable", 2, "", False),
    ("system", "port-isolate mode l2|all", 2, "port-isolate", False),
    ("system", "stelnet server enable", 3, "stelnet", False),
    ("system", "http secure-server enable", 3, "http", False),
    ("system", "lldp enable", 2, "lldp", False),  # off from the factory
    ("system", "info-center enable", 2, "info-center", False),
    ("system", "info-center loghost <ip>", 3, "info-center", True),
    ("system", "info-center loghost source <if>", 3, "info-center", False),
    ("system", "ntp-service unicast-server <ip>", 3, "ntp-service", True),
    ("system", "ip route-static <ip> <mask> <ip>", 5, "ip route-static", True),
    ("system", "ip route-static <ip> <mask> <ip> preference <int:1-255>", 5, "ip route-static", True),
    ("system", "ip route-static vpn-instance <word> <ip> <mask> <ip>", 7, "ip route-static", True),
    ("system", "snmp-agent", 1, "snmp-agent", False),
    ("system", "snmp-agent sys-info contact <rest>", 3, "snmp-agent", False),
    ("system", "snmp-agent sys-info location <rest>", 3, "snmp-agent", False),
    ("system", "snmp-agent sys-info version <rest>", 3, "snmp-agent", False),
    ("system", "snmp-agent community read|write <rest>", 3, "snmp-agent", True),
    ("system", "snmp-agent trap enable", 3, "snmp-agent", False),
    (
        "system",
        "snmp-agent target-host trap address udp-domain <ip> params securityname <rest>",
        6,
        "snmp-agent",
        True,
    ),
    (
        "system",
        "snmp-agent target-host trap address udp-domain <ip> udp-port <int:0-65535> params securityname <rest>",
        6,
        "snmp-agent",
        True,
    ),
    ("system", "snmp-agent trap source <if>", 3, "snmp-agent", False),
    ("ui", "acl <int:2000-3999> inbound|outbound", 3, "", False),
    ("ui", "authentication-mode aaa|password|none", 1, "", False),
    ("ui", "protocol inbound ssh|telnet|all", 2, "", False),
    ("ui", "user privilege level <int:0-15>", 3, "", False),
    ("ui", "idle-timeout <int:0-35791>", 1, "", False),
    ("ui", "idle-timeout <int:0-35791> <int:0-59>", 1, "", False),
    ("ui", "screen-length <int:0-512>", 1, "", False),
    ("aaa", "local-user <word> password cipher|irreversible-cipher <rest>", 3, "", False),
    ("aaa", "local-user <word> privilege level <int:0-15>", 4, "", False),
    ("aaa", "local-user <word> service-type <rest>", 3, "", False),
)


def _lines(ctx: Context, section: str) -> list[str]:
    if ctx.view.kind == "interface" and not section:
        return ctx.interface.kept
    return ctx.box.kept.setdefault(section or ctx.view.key, [])


def starts(line: str, words: list[str]) -> bool:
    """Return whether a line begins with the given words."""
    return line.split()[: len(words)] == words


def _keeper(leading: int, section: str, *, several: bool) -> Callable[..., str]:
    def keep(ctx: Context, *_: object, line: str) -> str:
        lines = _lines(ctx, section)
        words = line.split()
        if not several:
            lines[:] = [other for other in lines if not starts(other, words[:leading])]
        if line not in lines:
            lines.append(line)
        return ""

    return keep


def _forgetter(section: str) -> Callable[..., str]:
    def forget(ctx: Context, *_: object, line: str) -> str:
        lines = _lines(ctx, section)
        words = line.split()[1:]
        lines[:] = [other for other in lines if not starts(other, words)]
        return ""

    return forget


def _register() -> None:
    undone: set[tuple[str, str]] = set()
    for views, pattern, leading, section, several in _ROWS:
        command(views, pattern, whole_line=True)(_keeper(leading, section, several=several))
        elements = pattern.split()
        for undo in (f"undo {' '.join(elements[:leading])}", f"undo {pattern}"):
            if (views, undo) not in undone and section != "http":
                undone.add((views, undo))
                command(views, undo, whole_line=True)(_forgetter(section))


_register()


# On from the factory: only their undo is stored, as "undo http server enable" is in the saved configuration of a public
# HCDP training lab. That telnet does the same has no public source.


def _switch_off(ctx: Context, section: str, line: str) -> None:
    lines = _lines(ctx, section)
    if line not in lines:
        lines.append(line)


def _switch_on(ctx: Context, section: str, line: str) -> None:
    lines = _lines(ctx, section)
    lines[:] = [other for other in lines if other != line]


@command("system", "telnet server enable")
def _do_telnet(ctx: Context) -> str:
    _switch_on(ctx, "telnet", "undo telnet server enable")
    return ""


@command("system", "undo telnet server enable")
def _do_undo_telnet(ctx: Context) -> str:
    _switch_off(ctx, "telnet", "undo telnet server enable")
    return ""


@command("system", "http server enable")
def _do_http(ctx: Context) -> str:
    _switch_on(ctx, "http", "undo http server enable")
    return ""


@command("system", "undo http server|secure-server enable")
def _do_undo_http(ctx: Context, which: str) -> str:
    """Ask before a web service stops (public S-series transcript)."""
    service = "HTTP service" if which == "server" else "HTTP secure service"

    async def ask(terminal: Terminal) -> None:
        terminal.write(f"Warning: The operation will stop {service}. Continue? [Y/N]:")
        if (await terminal.read_line()).strip().lower() not in {"y", "yes"}:
            return
        if which == "server":
            _switch_off(ctx, "http", "undo http server enable")
        else:
            _switch_on(ctx, "http", "http secure-server enable")

    ctx.then = ask
    return ""


@command("system", "user-interface vty <int:0-20> <int:0-20>")
def _do_user_interface(ctx: Context, first: int, last: int) -> str:
    if last < first:
        raise WrongArgumentError(1)
    return _enter_ui(ctx, f"vty {first} {last}", f"ui-vty{first}-{last}")


@command("system", "user-interface vty <int:0-20>")
def _do_one_user_interface(ctx: Context, number: int) -> str:
    return _enter_ui(ctx, f"vty {number}", f"ui-vty{number}")


@command("system", "user-interface console <int:0-0>")
def _do_console(ctx: Context, number: int) -> str:
    return _enter_ui(ctx, f"con {number}", f"ui-console{number}")


def _enter_ui(ctx: Context, name: str, label: str) -> str:
    ctx.enter(View("ui", f"user-interface {name}", label))
    return ""


@command("system", "aaa")
def _do_aaa(ctx: Context) -> str:
    ctx.enter(View("aaa", "aaa"))
    return ""


@command("ui", "undo acl inbound|outbound")
def _do_undo_vty_acl(ctx: Context, direction: str) -> str:
    lines = _lines(ctx, "")
    lines[:] = [line for line in lines if not (line.startswith("acl ") and line.endswith(direction))]
    return ""
