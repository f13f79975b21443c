{# A query with the connected component of each node of a graph, in each scope. #}
{% macro connected_components(links, scope, left_node, right_node) -%}
    with recursive edges as (
        select
            {{ scope }} as scope,
            {{ left_node }} as node,
            {{ right_node }} as neighbour
        from {{ links }}
        union
        select
            {{ scope }} as scope,
            {{ right_node }} as node,
            {{ left_node }} as neighbour
        from {{ links }}
    ),

    reached as (
        select
            scope,
            node,
            node as reached_node
        from edges
        union
        select
            reached.scope,
            reached.node,
            edges.neighbour as reached_node
        from reached
        inner join edges on reached.scope = edges.scope and reached.reached_node = edges.node
    )

    select
        scope,
        node,
        min(reached_node) as component
    from reached
    group by scope, node
{%- endmacro %}
