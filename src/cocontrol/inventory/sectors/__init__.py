"""Sectors of the inventory beyond stationary fuel combustion; `SECTORS` lists them in printed order."""

from __future__ import annotations

from cocontrol.inventory.sectors.agriculture import AGRICULTURE
from cocontrol.inventory.sectors.catalogue import SectorModule
from cocontrol.inventory.sectors.dust import DUST
from cocontrol.inventory.sectors.hfc import HFC_BANK, ODS_BALANCE
from cocontrol.inventory.sectors.hfc_flows import HFC_FLOW_BANK
from cocontrol.inventory.sectors.land_use import LAND_USE
from cocontrol.inventory.sectors.mobile_fuel import MOBILE
from cocontrol.inventory.sectors.pollution_control import CONTROL
from cocontrol.inventory.sectors.product_sectors import PRODUCT_MODULES
from cocontrol.inventory.sectors.road import ROAD
from cocontrol.inventory.sectors.waste import WASTE

SECTORS: tuple[SectorModule, ...] = (
    ROAD,
    MOBILE,
    *PRODUCT_MODULES,
    HFC_BANK,
    HFC_FLOW_BANK,
    ODS_BALANCE,
    *DUST,
    CONTROL,
    *AGRICULTURE,
    *LAND_USE,
    *WASTE,
)
"""Every sector module. A sector whose input tables a workspace holds is part of its run."""
