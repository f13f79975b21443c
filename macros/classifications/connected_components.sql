{# A query with the connected component of each node of a graph, in each scope. Each step doubles the length
   of the paths that are known: six reach across 64 links. #}
{% macro connected_components(links, scope, left_node, right_node, steps=6) -%}
    with reached_0 as (
        select
            {{ scope }} as scope,
            {{ left_node }} as node,
            {{ right_node }} as reached_node
        from {{ links }}
        union
        select
            {{ scope }} as scope,
            {{ right_node }} as node,
            {{ left_node }} as reached_node
        from {{ links }}
        union
        select
            {{ scope }} as scope,
            {{ left_node }} as node,
            {{ left_node }} as reached_node
        from {{ links }}
        union
        select
            {{ scope }} as scope,
            {{ right_node }} as node,
            {{ right_node }} as reached_node
        from {{ links }}
    ),
    {% for step in range(steps) %}

    reached_{{ step + 1 }} as (
        select distinct
            near.scope,
            near.node,
            far.reached_node
        from reached_{{ step }} as near
        inner join reached_{{ step }} as far on near.scope = far.scope and near.reached_node = far.node
    ),
    {% endfor %}

    components as (
        select
            scope,
            node,
            min(reached_node) as component
        from reached_{{ steps }}
        group by scope, node
    )

    select
        scope,
        node,
        component
    from components
{%- endmacro %}
