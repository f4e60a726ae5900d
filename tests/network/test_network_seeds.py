"""What the seeds ask of the product, row by row: the system or object, and what shows that it is so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml
from support import seed_rows as row
from support.seeds import held, network, same

from govnet import resources
from govnet.monitoring import Settings, render

if TYPE_CHECKING:
    from pathlib import Path

    from support.seeds import Check

PLANES = "audit/test_audit_planes.py"
AREAS = "audit/test_audit_areas.py"
BOUNDARY = "audit/test_audit_boundary.py"
RECORDS = "audit/test_audit_records_of_devices.py"
ROOMS = "audit/test_audit_rooms.py"
ZONES = "audit/test_audit_zones.py"
HAIXI = "network/test_network_haixi.py"
LAIXI = "network/test_network_laixi.py"
QINGHAI = "network/test_network_qinghai.py"
SHIPPED = "isolation/test_isolation_shipped_networks.py"
CONFERENCE = "capacity/test_capacity_conference.py"
VERIFY = "evidence/test_evidence_verify.py"
JOIN = "evidence/test_evidence_join.py"
LX, HX = network("laixi"), network("haixi")
IN, OUT = network(row.INNER), network(row.OUTER)


def alerted(*names: str) -> Check:
    """Return the check that alerts are rendered, and that promtool's unit tests see each fire and stay quiet."""

    def check(_: Path) -> None:
        rendered = render(network("laixi"), Settings())["alerts.yml"]
        files = (resources.folder("monitoring") / "tests").glob("*_test.yml")
        told = {test["name"] for file in files for test in yaml.safe_load(file.read_text(encoding="utf-8"))["tests"]}
        for name in names:
            assert f"alert: {name}" in rendered
            assert {f"{name} fires", f"{name} stays quiet"} <= told

    return check


ROWS: dict[str, tuple[Check, ...]] = {
    "Plane separation 内网/外网": (
        row.no_cable_joins_planes,
        row.nothing_inside_has_a_default_route,
        same("network/test_network_nornir.py", "test_one_run_touches_one_plane"),
        same(QINGHAI, "test_no_device_of_one_plane_is_in_the_other", IN, OUT),
    ),
    "Offline audit across planes": (
        same(JOIN, "test_what_is_in_two_planes_is_found_and_nothing_else", "a PC in both planes"),
    ),
    "Outer - internet": (
        row.the_firewall_denies_and_logs_what_is_left,
        row.a_second_exit_is_not_let_pass,
        same(QINGHAI, "test_only_the_firewall_has_the_internet", OUT),
    ),
    "Haixi star": (
        same(HAIXI, "test_haixi_star_61_nodes_97_units_61_lines_of_2m_and_one_of_100m", HX),
        same(HAIXI, "test_haixi_lines_sum_to_122m_on_100m", HX),
        same(HAIXI, "test_no_cable_joins_two_nodes", HX),
        row.lines_are_dedicated_and_spokes_apart,
        same(SHIPPED, "test_a_carrier_that_joins_two_nodes_whose_routers_bridge_is_found"),
    ),
    "Haixi campus": (same(HAIXI, "test_haixi_campus_is_four_office_buildings_all_on_plane_n", HX),),
    "LAN coverage": (same(HAIXI, "test_lan_coverage_56_of_97_is_57_7", HX),),
    "Telecom aggregation switch": (
        same(HAIXI, "test_the_carrier_s_switch_is_in_the_model_and_never_commanded", HX),
        row.carrier_is_refused_before_anything_is_sent,
        held(RECORDS, "CFG-09 the carrier's box"),
    ),
    "Province tree": (
        same(QINGHAI, "test_province_tree_8_prefectures_46_counties_201_townships", IN),
        same(QINGHAI, "test_8_lines_of_20m_and_46_of_10m", IN),
        row.over_subscription_is_printed,
    ),
    "Outer 王 structure": (
        same(QINGHAI, "test_outer_structure_every_county_reaches_the_province_through_its_prefecture", OUT),
        row.no_county_without_its_prefecture,
    ),
    "Twelve golden VPNs": (
        same(QINGHAI, "test_twelve_projects_and_four_databases", OUT),
        same(SHIPPED, "test_twelve_golden_vpns_distinguishers_are_unique_and_targets_are_the_members"),
        row.projects_do_not_meet,
        row.members_alone_import_a_project,
    ),
    "Legacy department networks": (
        held(BOUNDARY, "ISO-16 a new network", "ISO-16 exempt", "ISO-16 frozen before"),
        same(QINGHAI, "test_systems_outside_the_common_network_have_an_exemption", OUT),
    ),
    "Four databases": (row.the_exchange_is_the_only_way_between_departments,),
    "Document exchange": (
        same(QINGHAI, "test_document_exchange_2770_nodes", IN),
        row.documents_go_to_the_own_level,
        alerted("ServiceDown"),
    ),
    "E-seal / CA": (
        held(AREAS, "GOV-06 a second in Haixi", "GOV-06 offices kept out"),
        row.blocking_the_authority_shows,
    ),
    "Video 64 venues": (
        same(QINGHAI, "test_video_64_venues_1_and_9_centres", IN),
        row.two_levels_of_mcus,
        same(CONFERENCE, "test_61_venues_at_once_are_more_than_the_hub_admits"),
        same(CONFERENCE, "test_two_levels_of_mcus_put_one_stream_on_each_trunk"),
        alerted("CircuitLossy", "CircuitSlow"),
    ),
    "Haixi video on 2M": (row.video_is_capped_on_2m,),
    "Emergency command": (row.a_place_on_one_line_is_a_gap,),
    "OA (province, 42 generic, Haixi)": (row.offices_have_their_systems,),
    "Private-network sites": (row.sites_are_for_offices_alone,),
    "Portal and site group": (row.the_portal_is_reached_and_reaches_nothing,),
    "Online approval": (
        row.approval_has_no_way_into_the_inner_network,
        same(JOIN, "test_what_is_in_two_planes_is_found_and_nothing_else", "a permit to the other plane"),
    ),
    "Tendering / environment GIS / archive": (row.applications_publish_and_are_asked,),
    "12316 / 12396": (row.hotlines_have_a_zone_of_their_own, held(BOUNDARY, "BND-06 expired", "BND-06 not registered")),
    "Laixi three modes": (
        row.three_modes_on_one_core,
        same("isolation/test_isolation_laixi.py", "test_the_intent_of_laixi_breaks_nothing", LX),
    ),
    "Laixi towns": (row.towns_reach_jinhong_and_no_other_town,),
    "Jinhong users": (same(LAIXI, "test_the_248_accounts_of_jinhong_are_on_its_server", LX),),
    "Nortel 86xx": (
        row.vrfs_are_refused_on_old_software,
        same("platforms/test_platforms_nortel_say.py", "test_vrfs_pass_from_5_0_and_a_470_does_not_route"),
    ),
    "Firewall": (held("audit/test_audit_access.py", "ACL-03 shadowed", "ACL-03 redundant"),),
    "IDS": (held(RECORDS, "IDS-01 no mirror", "IDS-01 the uplink is copied"), alerted("IdsBlind", "IdsSilent")),
    "Antivirus": (alerted("AntivirusOld"),),
    "UPS": (alerted("UpsOnBattery", "UpsBatteryLow", "UpsReplaceBattery"),),
    "EPS": (held(ROOMS, "PWR-03 250 ms and one feed"), alerted("EpsTransferred")),
    "UPS/EPS split": (
        held(ROOMS, "PWR-01 one on the mains", "PWR-02 unset"),
        same(LAIXI, "test_network_gear_is_on_the_ups_and_computers_are_on_the_eps", LX),
    ),
    "HVAC / fire / water / monitoring": (
        same("power/test_power_rules.py", "test_the_limit_falls_with_altitude", 0, 27.0),
        alerted("RoomWarm", "RoomHot", "WaterLeak", "FireAlarm", "AirConditionerDown", "SensorSilent"),
        held(ROOMS, "ENV-01 no sensor", "ENV-04 water", "ENV-05 a panel not read", "ENV-07 stands still"),
    ),
    "Machine-room cards": (
        same(JOIN, "test_what_is_in_two_planes_is_found_and_nothing_else", "a UPS card in both"),
        held(PLANES, "ISO-07 a leg outside"),
    ),
    "Cabling": (held(ZONES, "ISO-21 unshielded", "ISO-21 fibre"),),
    "Rollout": (same(QINGHAI, "test_rendering_the_outer_network_for_2005_has_two_pilot_counties_only"),),
    "Annual inspection": (
        same(VERIFY, "test_a_bundle_says_the_same_again"),
        same(VERIFY, "test_readings_tables_and_findings_refer_to_members_by_their_hash"),
    ),
    "Carrier cooperation": (row.a_lines_owner_is_told, alerted("CircuitDown")),
}


@pytest.mark.parametrize("name", ROWS)
def test_the_seeds_row(name: str, tmp_path: Path) -> None:
    for number, check in enumerate(ROWS[name]):
        folder = tmp_path / str(number)
        folder.mkdir()
        check(folder)
