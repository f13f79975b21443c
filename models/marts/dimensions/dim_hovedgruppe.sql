select
    hovedgruppe_key,
    name,
    name_en,
    sort_order
from {{ ref('hovedgruppe') }}
