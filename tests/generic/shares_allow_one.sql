{# Fails where the shares out of a region into a structure cannot add up to one. #}
{% test shares_allow_one(model, members) %}
select
    links.from_region_key,
    members.structure_key,
    sum(links.share_min) as share_min,
    sum(links.share_max) as share_max,
    sum(links.estimated_share) as estimated_share
from {{ model }} as links
inner join {{ members }} as members on links.to_region_key = members.region_key
group by links.from_region_key, members.structure_key
having
    sum(links.share_min) > 1
    or sum(links.share_max) < 1
    or (
        count(*) = count(links.estimated_share)
        and abs(sum(links.estimated_share) - 1) > 0.000001
    )
{% endtest %}
