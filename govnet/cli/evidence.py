"""`govnet evidence`: bundles that a third party can check again, and two planes held together offline.

`verify` leaves with 0 when all is as it was signed by somebody known and the verdicts come out the same; 3 when nobody
vouches for the signer; 9 when a byte, the signature or the chain is not what it should be; 10 when the verdicts come
out otherwise. `join` leaves with 7 when something is in two planes, and with 3 when nobody looked everywhere.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from govnet import __version__
from govnet.cli import screen
from govnet.cli.options import BUILD, Build, Json, NetworkName, Probing, UseLab
from govnet.cli.proving import VIOLATED
from govnet.cli.workspace import open_workspace
from govnet.errors import InputError, Problem, RefusedError
from govnet.evidence import archive
from govnet.evidence.approved import read_moves
from govnet.evidence.join import Join, Side, join
from govnet.evidence.pseudonyms import load_salt, new_salt
from govnet.evidence.verify import ChainState, Known, Verification, verify
from govnet.files import write_whole
from govnet.signing import is_public, load_key, new_key, trusted_keys
from govnet.workspace import keys_folder, trusted

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from govnet.audit import Finding
    from govnet.evidence.pseudonyms import Salt

CHANGED, OTHERWISE = 9, 10
"""Exit codes of `verify`: something was changed; the verdicts come out otherwise."""
_GOOD, _BAD, _UNSURE = "[green]ok[/green]", "[bold white on red]no[/]", "[yellow]?[/yellow]"
KEY = "evidence"
"""Name of the key and of the salt that are made when none is named."""

app = typer.Typer(help="Evidence that others can check again; two planes held together offline.", no_args_is_help=True)

Salted = Annotated[
    Path | None, typer.Option("--salt", metavar="FILE", help="The salt that the auditor carries from plane to plane.")
]
Bundles = Annotated[list[Path], typer.Argument(metavar="FILE", help="Bundles that `govnet evidence export` wrote.")]


@app.command()
def salt(output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.")]) -> None:
    """Make the salt that the auditor carries to both planes: with it, and only with it, their bundles can be joined."""
    made = new_salt(output)
    screen.out.print(f"{output}: salt {made.id}; carry it by hand, keep it from whoever keeps bundles", soft_wrap=True)


@app.command()
def export(  # noqa: PLR0913 - one option each
    network: NetworkName,
    *,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Also write the bundle to this file.")] = None,
    salted: Salted = None,
    key: Annotated[str, typer.Option("--as", envvar="GOVNET_NAME", help="Whose key signs.")] = KEY,
    lab: UseLab = None,
    probe: Probing = False,
    build: Build = BUILD,
    as_json: Json = False,
) -> None:
    """Audit a network and keep what was seen and found in one signed file, chained to the one before it."""
    from govnet.cli.gathering import gather  # noqa: PLC0415 - verify and join need no sessions

    work = open_workspace(network, build)
    signer, secret = _key(key), _salt(salted)
    evidence, about = gather(work, lab=lab, probe=probe)
    with screen.working("judging and sealing"):
        kept = archive.keep(archive.of(work.folder), evidence, about, archive.Seal(key, signer, secret, __version__))
    if output:
        write_whole(output, kept.path.read_bytes())
    if as_json:
        said = {"file": str(output or kept.path), "sha256": kept.entry.hash, "number": kept.entry.number}
        said |= {"previous": kept.entry.previous, "salt": secret.id, "counts": dict(kept.audit.counts)}
        screen.print_json({"network": work.network.slug, **said, "failed": dict(about.failures)})
    else:
        counts = ", ".join(f"{count} {name}" for name, count in kept.audit.counts.items())
        screen.out.print(f"{output or kept.path}: number {kept.entry.number} of its chain; {counts}", soft_wrap=True)
        screen.out.print(f"sha256 {kept.entry.hash}", soft_wrap=True)


def _key(name: str) -> Ed25519PrivateKey:
    """Return a person's key; the one that nobody named is made at its first use."""
    path = keys_folder() / f"{name}.pem"
    if name == KEY and not path.exists():
        new_key(name, keys_folder())
        screen.err.print(f"{path}: made a key to sign evidence with; give {path.stem}.pub to whoever is to verify it")
    return load_key(path)


def _salt(path: Path | None) -> Salt:
    """Return the auditor's salt, or this machine's own, with which bundles verify and cannot be joined with others."""
    if path:
        return load_salt(path)
    own = keys_folder() / f"{KEY}.salt"
    return load_salt(own) if own.exists() else new_salt(own)


@app.command(name="verify")
def verify_files(
    files: Bundles,
    *,
    key: Annotated[
        str, typer.Option("--key", metavar="PUB", help="The signer's public key, or the file that holds it.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Compute every hash anew, check signature and chain, and ask every rule again from the bundle's contents alone."""
    datas = {file: _bytes(file) for file in files}
    keys = _vouched(key)
    looked = {}
    for file, data in datas.items():
        with screen.working(f"verifying {file.name}"):
            looked[file] = verify(data, keys, _known(file, datas))
    if as_json:
        screen.print_json({"bundles": [_object(file, found) for file, found in looked.items()]})
    else:
        for file, found in looked.items():
            _show(file, found)
    codes = [_code(found) for found in looked.values()]
    if any(codes):
        raise typer.Exit(next(code for code in (CHANGED, OTHERWISE, RefusedError.exit_code) if code in codes))


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError([Problem(str(file), 0, f"cannot be read: {error.strerror}", "Name a bundle")]) from error


def _text(file: Path) -> str:
    try:
        return _bytes(file).decode()
    except UnicodeDecodeError as error:
        raise InputError([Problem(str(file), 0, "is no text in UTF-8", "Name the right file")]) from error


def _vouched(key: str) -> dict[str, str]:
    """Return the keys that count: the one that was named and no other, or those of the trusted and own folders."""
    if not key:
        return {**trusted_keys(keys_folder()), **trusted()}
    text = _text(Path(key)) if Path(key).is_file() else key
    public, _, name = text.strip().partition(" ")
    if not is_public(public):
        step = "Name the signer's .pub file, or give what is in it"
        raise InputError([Problem("--key", 0, f"{key!r} is no public key", step)])
    return {public: name or "the key given"}


def _known(file: Path, datas: dict[Path, bytes]) -> list[Known]:
    """Return what is known of the bundles around one: of the others named, and of a chain that lies beside it."""
    others = [archive.known(data) for other, data in datas.items() if other != file]
    return [*(entry for entry in others if entry), *archive.beside(file, datas[file])]


def _code(found: Verification) -> int:
    if not found.sound:
        return CHANGED
    if not found.same:
        return OTHERWISE
    return 0 if found.vouched else RefusedError.exit_code


def _object(file: Path, found: Verification) -> dict[str, object]:
    manifest, rerun = found.sealed.manifest, found.rerun
    return {
        "file": str(file),
        "sha256": found.sealed.hash,
        "whole": found.sealed.whole,
        "damages": [asdict(damage) for damage in found.sealed.damages],
        "network": manifest.network if manifest else None,
        "signer": {**asdict(manifest.signer), "vouched": found.vouched} if manifest else None,
        "chain": {**asdict(manifest.chain), "state": found.chain} if manifest else None,
        "verdicts": {
            "same": found.same,
            "counts": dict(rerun.audit.counts) if rerun else None,
            "differences": [asdict(difference) for difference in rerun.differences] if rerun else [],
            "rules_changed": list(rerun.rules_changed) if rerun else [],
            "problem": found.problem,
        },
    }


def _show(file: Path, found: Verification) -> None:
    manifest, rerun = found.sealed.manifest, found.rerun
    rows = [_row(_sign(found.sealed.whole), "bytes", f"{len(found.sealed.members)} members; {found.sealed.hash}")]
    rows += [_row(_BAD, "changed", str(damage)) for damage in found.sealed.damages]
    if manifest and found.chain:
        whose = f"its key is {found.vouched}'s" if found.vouched else f"nobody vouches for {manifest.signer.key}"
        whose += "" if found.vouched else "; compare it with what the signer says"
        rows.append(_row(_sign(found.vouched or None), "signature", f"of {manifest.signer.name}; {whose}"))
        state = None if found.chain is ChainState.UNSEEN else found.chain is not ChainState.BROKEN
        rows.append(_row(_sign(state), "chain", f"number {manifest.chain.number}, {found.chain}"))
    if rerun:
        said = f"{len(rerun.audit.findings)} verdicts, {len(rerun.differences)} come out otherwise"
        rows.append(_row(_sign(found.same), "verdicts", said))
        rows += [
            _row(_BAD, d.rule, f"{d.object}: was {d.was or 'absent'}; is {d.now or 'absent'}")
            for d in rerun.differences
        ]
    else:
        rows.append(_row(_UNSURE, "verdicts", f"the rules were not asked: {found.problem}"))
    screen.table(str(file), ["", "of", "what"], rows)


def _row(sign: str, of: str, what: str) -> list[str]:
    return [sign, of, screen.plain(what)]


def _sign(state: object) -> str:
    """Return the sign for what is so, is not so, or (None) is not known."""
    return _UNSURE if state is None else _GOOD if state else _BAD


@app.command(name="join")
def join_files(
    files: Bundles,
    *,
    salted: Salted = None,
    approved: Annotated[
        Path | None, typer.Option("--approved", metavar="FILE", help="Register of moves between planes, YAML.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Find what two planes share and may not: boxes, links, endpoints, addresses, hosts and cards, exchanges."""
    moves = read_moves(_text(approved), load_salt(salted) if salted else None, str(approved)) if approved else ()
    with screen.working("holding the planes together"):
        found = join([_side(file) for file in files], moves)
    if as_json:
        screen.print_json(_joined(found))
    else:
        _show_join(found)
    if found.failures:
        raise typer.Exit(VIOLATED)
    if found.doubts:
        raise typer.Exit(RefusedError.exit_code)


def _side(file: Path) -> Side:
    manifest, evidence = archive.opened(_bytes(file), str(file))
    return Side(manifest, evidence)


def _joined(found: Join) -> dict[str, object]:
    sides = [{"network": s.manifest.network, "plane": s.plane, "time": s.manifest.time} for s in found.sides]
    counts = {"fail": len(found.failures), "unknown": len(found.doubts)}
    return {
        "bundles": sides,
        "counts": {"pass": len(found.findings) - sum(counts.values()), **counts},
        "findings": [_finding(finding) for finding in found.findings],
    }


def _finding(finding: Finding) -> dict[str, object]:
    said = {name: getattr(finding, name) for name in ("rule", "object", "verdict", "severity", "expected", "actual")}
    return {**said, "evidence": list(map(str, finding.evidence))}


_SIGNS = {"pass": _GOOD, "fail": _BAD, "unknown": _UNSURE}


def _show_join(found: Join) -> None:
    title = " + ".join(side.name for side in found.sides)
    rows = [_row(_SIGNS[f.verdict], f"{f.rule} {f.object}", _said(f)) for f in found.findings]
    screen.table(title, ["", "of", "what"], rows)
    screen.out.print(f"{len(found.failures)} failures, {len(found.doubts)} unknown")


def _said(finding: Finding) -> str:
    return f"{finding.actual} (expected: {finding.expected})" if finding.verdict == "fail" else finding.actual
