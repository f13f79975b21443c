-- Every known label of every dimension.
{% for label_list in ['total'] + (dimensions().values() | sum(start=[])) %}
select
    label,
    dimension,
    member_code,
    kind
from {{ ref('label_' ~ label_list) }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
