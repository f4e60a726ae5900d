"""Lines about the box itself: its name, who may log in, where logs and traps go."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from govnet.platforms.huawei_vrp.reader import View, phrase

if TYPE_CHECKING:
    from govnet.platforms.huawei_vrp.reader import Context

_FACTORY_NAME = "HUAWEI"


@phrase("system", r"sysname (\S+)")
def _sysname(ctx: Context, name: str) -> None:
    ctx.box.hostname = name


@phrase("system", r"undo sysname")
def _undo_sysname(ctx: Context) -> None:
    ctx.box.hostname = _FACTORY_NAME


@phrase("system", r"undo header login")
def _undo_header(ctx: Context) -> None:
    ctx.box.banner = ()


@phrase("system", r"user-interface (vty \d+(?: \d+)?)")
def _user_interface(ctx: Context, name: str) -> None:
    ctx.box.vty_acls.setdefault(name, None)
    ctx.opened = View("vty", name)


@phrase("vty", r"acl (\d+) inbound")
def _vty_acl(ctx: Context, number: str) -> None:
    ctx.box.vty_acls[ctx.view.key] = int(number), ctx.line


@phrase("vty", r"undo acl inbound")
def _undo_vty_acl(ctx: Context) -> None:
    ctx.box.vty_acls[ctx.view.key] = None


@phrase("system", r"stelnet (?:ipv4 )?server enable")
def _stelnet(ctx: Context) -> None:
    ctx.box.ssh = True


@phrase("system", r"undo stelnet (?:ipv4 )?server enable")
def _undo_stelnet(ctx: Context) -> None:
    ctx.box.ssh = False


@phrase("system", r"telnet (?:ipv4 )?server enable")
def _telnet(ctx: Context) -> None:
    ctx.box.telnet = True


@phrase("system", r"undo telnet (?:ipv4 )?server enable")
def _undo_telnet(ctx: Context) -> None:
    ctx.box.telnet = False


@phrase("system", r"http server enable")
def _http(ctx: Context) -> None:
    ctx.box.http = True


@phrase("system", r"undo http server enable")
def _undo_http(ctx: Context) -> None:
    ctx.box.http = False


@phrase("system", r"http secure-server enable")
def _https(ctx: Context) -> None:
    ctx.box.https = True


@phrase("system", r"undo http secure-server enable")
def _undo_https(ctx: Context) -> None:
    ctx.box.https = False


@phrase("system", r"snmp-agent sys-info (location|contact) (.+)")
def _sys_info(ctx: Context, word: str, text: str) -> None:
    setattr(ctx.box, word, text)


@phrase("system", r"undo snmp-agent sys-info (location|contact)")
def _undo_sys_info(ctx: Context, word: str) -> None:
    setattr(ctx.box, word, "")


@phrase("system", r"snmp-agent")
def _agent(ctx: Context) -> None:
    """Shown as soon as any other line of the agent is."""
    del ctx


@phrase("system", r"snmp-agent target-host trap address udp-domain (\S+) params securityname .+")
def _target_host(ctx: Context, address: str) -> None:
    """Communities and users are console work; only where traps go is modelled."""
    ctx.box.traps.add(IPv4Address(address))


@phrase("system", r"undo snmp-agent target-host trap address udp-domain (\S+) params securityname .+")
def _undo_target_host(ctx: Context, address: str) -> None:
    ctx.box.traps.discard(IPv4Address(address))


@phrase("system", r"info-center loghost (\S+)")
def _loghost(ctx: Context, address: str) -> None:
    ctx.box.syslog.add(IPv4Address(address))


@phrase("system", r"undo info-center loghost (\S+)")
def _undo_loghost(ctx: Context, address: str) -> None:
    ctx.box.syslog.discard(IPv4Address(address))


@phrase("system", r"ntp-service unicast-server (\S+)")
def _ntp(ctx: Context, address: str) -> None:
    ctx.box.ntp.add(IPv4Address(address))


@phrase("system", r"undo ntp-service unicast-server (\S+)")
def _undo_ntp(ctx: Context, address: str) -> None:
    ctx.box.ntp.discard(IPv4Address(address))
