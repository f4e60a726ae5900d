"""What Prometheus and Alertmanager are told of a network: facts as metrics, rules, targets, and what hides what.

`render` makes the files from `templates/monitoring`; `NetworkFacts` serves the inventory's side of every alert (who
owns a circuit, what a device's loss reaches, who is fed by what), `checks` what proof and drift found last; `causes`
says which alert explains which others. This room knows the network and its power and reach; it must not read a device,
open a socket, or decide what is an outage: the rules do that, from what was measured.
"""

from govnet.monitoring.collector import NetworkFacts
from govnet.monitoring.render import Settings, render

__all__ = ["NetworkFacts", "Settings", "render"]
