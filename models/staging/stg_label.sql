-- Every known label of every dimension.
{% for dimension in [
    'total', 'hovedgruppe', 'tiltaksgruppe', 'tiltak', 'region', 'gender', 'age_group',
    'immigrant_background', 'birth_region', 'education',
] %}
select
    label,
    dimension,
    member_code,
    kind
from {{ ref('label_' ~ dimension) }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
