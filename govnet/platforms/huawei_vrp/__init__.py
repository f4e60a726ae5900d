"""Huawei VRP 5 on S-series switches, VRP 8 with its commit, and as far as they are read, routers of the NE family.

This room knows how VRP says and shows a configuration, and nothing of the network that the switch stands in. Facts
carry the tag of their source: NE (Huawei's NE40E product documentation, V800R012C10), NTC (captures of
ntc-templates), NOC (NOC project's VRP profile), SDOC (Huawei's S-series command references, support.huawei.com
EDOC1100064351 and public copies of its pages), FIELD (configurations that operators published).
"""

from govnet.platforms.huawei_vrp.platform import HuaweiVrp

PLATFORM = HuaweiVrp()

__all__ = ["PLATFORM", "HuaweiVrp"]
