"""Lists that a screening is expected to look at: one that is not at hand is said."""

KNOWN_LISTS = {
    "ofac_sdn": "OFAC SDN List",
    "ofac_consolidated": "OFAC Consolidated (non-SDN) List",
    "un_sc": "UN Security Council Consolidated List",
    "eu_sanctions": "EU consolidated list of financial sanctions",
    "uflpa_entities": "UFLPA Entity List",
    "cbp_wro": "CBP withhold release orders and findings",
}
"""Title by layer id."""
