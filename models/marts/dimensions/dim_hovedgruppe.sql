select
    hovedgruppe.hovedgruppe_key,
    hovedgruppe.name,
    hovedgruppe.name_en,
    glossary.definition,
    glossary.definition_en,
    glossary.target_group,
    glossary.target_group_en,
    glossary.legal_basis,
    glossary.source as definition_source,
    hovedgruppe.sort_order,
    hovedgruppe.parent_key,
    hovedgruppe.level
from {{ ref('hovedgruppe') }} as hovedgruppe
left join {{ ref('glossary') }} as glossary
    on glossary.dimension = 'hovedgruppe' and hovedgruppe.hovedgruppe_key = glossary.member_key
