"""One rule of a chain: what it matches and what it does, as far as a `Filter` can say it."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, collapse_addresses, summarize_address_range
from typing import TYPE_CHECKING, Final

from govnet.config.filtering import Filter, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from govnet.config.reading import Line
    from govnet.platforms.linux_nft.syntax import NamedSet, Statement, Token

# Names that nft prints for IP protocol numbers (LAB: listed for every number under Debian 12's /etc/protocols).
PROTOCOLS: Final = {
    "ip": 0, "icmp": 1, "igmp": 2, "ggp": 3, "ipencap": 4, "st": 5, "tcp": 6, "egp": 8, "igp": 9, "pup": 12, "udp": 17,
    "hmp": 20, "xns-idp": 22, "rdp": 27, "iso-tp4": 29, "dccp": 33, "xtp": 36, "ddp": 37, "idpr-cmtp": 38, "ipv6": 41,
    "ipv6-route": 43, "ipv6-frag": 44, "idrp": 45, "rsvp": 46, "gre": 47, "esp": 50, "ah": 51, "skip": 57,
    "ipv6-icmp": 58, "icmpv6": 58, "ipv6-nonxt": 59, "ipv6-opts": 60, "rspf": 73, "vmtp": 81, "eigrp": 88, "ospf": 89,
    "ax.25": 93, "ipip": 94, "etherip": 97, "encap": 98, "pim": 103, "ipcomp": 108, "comp": 108, "vrrp": 112,
    "l2tp": 115, "isis": 124, "sctp": 132, "fc": 133, "mobility-header": 135, "udplite": 136, "mpls-in-ip": 137,
    "manet": 138, "hip": 139, "shim6": 140, "wesp": 141, "rohc": 142,
}  # fmt: skip
SERVICES: Final = {"ssh": 22, "domain": 53, "http": 80, "ntp": 123, "snmp": 161, "https": 443}
_NAMED: Final = {"tcp", "udp", "icmp"}
_VERDICTS: Final = {"accept": Verdict.PERMIT, "drop": Verdict.DENY, "reject": Verdict.DENY}


class UnmodelledError(ValueError):
    """The rule says something that a `Filter` cannot."""


@dataclass(frozen=True, slots=True)
class Names:
    """Interface names: a named set, or names written out (``set`` is empty then)."""

    names: tuple[str, ...]
    set: str = ""


@dataclass(slots=True)
class Rule:
    """A rule taken apart. ``verdict`` is ``accept``, ``drop``, ``reject``, ``jump``, ``goto``, ``return`` or empty."""

    line: Line
    incoming: Names | None = None
    outgoing: Names | None = None
    states: frozenset[str] = frozenset()
    protocol: str = "any"
    networks: dict[str, tuple[IPv4Network, ...]] = field(default_factory=dict)
    ports: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    narrowed: bool = False
    log: bool = False
    comment: str = ""
    verdict: str = ""
    target: str = ""
    vmap: tuple[tuple[Names, Names, str, str], ...] | None = None

    @property
    def matches_traffic(self) -> bool:
        """True when it looks at more than interfaces."""
        return bool(self.states or self.networks or self.ports or self.narrowed or self.protocol != "any")

    def as_filter(self) -> Filter | None:
        """Return it as a line of a chain; None when it neither permits nor denies anything.

        A permit that is narrower than a `Filter` can say is taken as the wider one: what reaches is then never
        understated.

        Raises:
            UnmodelledError: a deny is narrower than a `Filter` can say, or it hangs on other states.
        """
        if self.verdict not in {*_VERDICTS, "return"}:
            return None
        verdict = _VERDICTS.get(self.verdict, Verdict.DENY)
        if self.states == {"invalid"} and verdict is Verdict.DENY:
            return None
        old = bool(self.states) and self.states <= {"established", "related"}
        if (self.narrowed or (self.states and not old and "new" not in self.states)) and verdict is Verdict.DENY:
            raise UnmodelledError("a narrow deny")
        return Filter(
            verdict,
            self.protocol,
            self.networks.get("saddr", ()),
            self.networks.get("daddr", ()),
            self.ports.get("sport", ()),
            self.ports.get("dport", ()),
            old,
            self.log,
            self.comment,
            self.incoming.names if self.incoming else (),
            self.outgoing.names if self.outgoing else (),
        )


class RuleParser:
    """Takes the statements of one table's chains apart; named sets are looked up in ``sets``."""

    def __init__(self, sets: Mapping[str, NamedSet]) -> None:
        self.sets = sets

    def parse(self, statement: Statement) -> Rule:
        """Take one rule apart.

        Raises:
            UnmodelledError: it says something that is not modelled.
        """
        rule, rest = Rule(statement[0].line), list(statement)
        while rest:
            word = rest.pop(0).text
            try:
                self._one(rule, word, rest)
            except (ValueError, IndexError, KeyError) as error:
                raise UnmodelledError(f"{word}: {error}") from error
        return rule

    def _one(self, rule: Rule, word: str, rest: list[Token]) -> None:
        match word:
            case "iifname" | "oifname" | "iif" | "oif":
                self._interfaces(rule, word, rest)
            case "ct":
                self._keyword(rest, "state")
                rule.states = frozenset(self._words(rest))
            case "ip":
                self._ip(rule, rest.pop(0).text, rest)
            case "meta":
                self._meta(rule, rest.pop(0).text, rest)
            case "tcp" | "udp":
                self._is_protocol(rule, word)
                side = rest.pop(0).text
                if side not in {"sport", "dport"}:
                    raise UnmodelledError(side)
                rule.ports[side] = merged(_port_range(text) for text in self._words(rest))
            case "icmp":
                self._keyword(rest, "type")
                self._words(rest)
                self._is_protocol(rule, word)
                rule.narrowed = True
            case _:
                self._action(rule, word, rest)

    def _action(self, rule: Rule, word: str, rest: list[Token]) -> None:
        match word:
            case "limit":
                self._limit(rule, rest)
            case "log":
                rule.log = True
                _skip_pairs(rest, {"prefix", "level", "group", "flags"})
            case "counter":
                _skip_pairs(rest, {"packets", "bytes"})
            case "comment":
                rule.comment = rest.pop(0).text
            case "accept" | "drop" | "return":
                rule.verdict = word
            case "reject":
                rule.verdict = word
                while rest and rest[0].text != "comment":
                    del rest[0]
            case "jump" | "goto":
                rule.verdict, rule.target = word, rest.pop(0).text
            case _:
                raise UnmodelledError(word)

    def _limit(self, rule: Rule, rest: list[Token]) -> None:
        self._keyword(rest, "rate")
        if rest.pop(0).text == "over":
            raise UnmodelledError("a limit that matches what is too much")
        if rest and rest[0].text == "burst":
            del rest[:3]
        rule.narrowed = True

    @staticmethod
    def _keyword(rest: list[Token], word: str) -> None:
        if rest.pop(0).text != word:
            raise UnmodelledError(f"only {word} is modelled")

    @staticmethod
    def _is_protocol(rule: Rule, name: str) -> None:
        if rule.protocol not in {"any", name}:
            raise UnmodelledError("two protocols")
        rule.protocol = name

    def _interfaces(self, rule: Rule, word: str, rest: list[Token]) -> None:
        if [token.text for token in rest[:3]] in ([".", "oifname", "vmap"], [".", "oif", "vmap"]) and word[0] == "i":
            rule.vmap = tuple(self._vmap(rest[3]))
            del rest[:4]
            return
        name = rest[0].text.removeprefix("@") if rest and rest[0].text.startswith("@") else ""
        names = Names(tuple(sorted(set(self._words(rest)))), name)
        if word.startswith("i"):
            rule.incoming = names
        else:
            rule.outgoing = names

    def _vmap(self, token: Token) -> list[tuple[Names, Names, str, str]]:
        items = token.items if token.kind == "group" else self.sets[token.text.removeprefix("@")].elements
        found = []
        for item in items:
            first, dot, second, colon, verdict, *target = (part.text for part in item)
            if (dot, colon) != (".", ":"):
                raise UnmodelledError("vmap")
            found.append((Names((first,)), Names((second,)), verdict, target[0] if target else ""))
        return found

    def _ip(self, rule: Rule, word: str, rest: list[Token]) -> None:
        if word == "protocol":
            self._is_protocol(rule, protocol_of(self._one_word(rest)))
            return
        if word not in {"saddr", "daddr"}:
            raise UnmodelledError(word)
        found = [network for text in self._words(rest) for network in _networks(text)]
        rule.networks[word] = tuple(collapse_addresses(found))

    def _meta(self, rule: Rule, word: str, rest: list[Token]) -> None:
        if word == "l4proto":
            self._is_protocol(rule, protocol_of(self._one_word(rest)))
        elif word != "nfproto" or self._one_word(rest) != "ipv4":
            raise UnmodelledError(word)

    def _one_word(self, rest: list[Token]) -> str:
        words = self._words(rest)
        if len(words) != 1:
            raise UnmodelledError("several values")
        return words[0]

    def _words(self, rest: list[Token]) -> list[str]:
        """Take one value: a word, a list with commas, a set in braces or a named one."""
        if rest[0].text in {"==", "in"}:
            del rest[0]
        token = rest.pop(0)
        if token.kind == "group":
            return [_single(item) for item in token.items]
        if token.text.startswith("@"):
            return [_single(item) for item in self.sets[token.text.removeprefix("@")].elements]
        if token.text in {"!=", "<", ">", "&", "vmap", "map"}:
            raise UnmodelledError(token.text)
        words = [token.text]
        while rest and rest[0].text == "," and rest[0].kind == "symbol":
            del rest[0]
            words.append(rest.pop(0).text)
        return words


def _skip_pairs(rest: list[Token], words: set[str]) -> None:
    while rest and rest[0].text in words:
        del rest[:2]


def _single(item: Statement) -> str:
    if len(item) != 1:
        raise UnmodelledError("an element of several words")
    return item[0].text


def protocol_of(text: str) -> str:
    """Return the protocol as a `Filter` names it."""
    if text in _NAMED:
        return text
    number = PROTOCOLS[text] if text in PROTOCOLS else int(text)
    return next((name for name in _NAMED if PROTOCOLS[name] == number), str(number))


def _networks(text: str) -> list[IPv4Network]:
    first, dash, last = text.partition("-")
    if dash:
        return list(summarize_address_range(IPv4Address(first), IPv4Address(last)))
    return [IPv4Network(text)]


def _port_range(text: str) -> tuple[int, int]:
    first, dash, last = text.partition("-")
    if text in SERVICES:
        return SERVICES[text], SERVICES[text]
    return int(first), int(last if dash else first)


def merged(ranges: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return ranges sorted, with neighbours and overlaps made one, as nft lists them (LAB)."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return tuple(found)
