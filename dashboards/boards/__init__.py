"""The dashboards, one module each, as tables of panels."""

from dashboards.boards import checks, circuits, collector, device, overview, room, services, video

BOARDS = (
    room.BOARD,
    overview.BOARD,
    device.BOARD,
    circuits.BOARD,
    checks.BOARD,
    services.BOARD,
    video.BOARD,
    collector.BOARD,
)
"""In the order in which a person looks."""
