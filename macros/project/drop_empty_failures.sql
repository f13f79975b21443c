{% macro drop_empty_failures(results) %}
{% for result in results if result.node.resource_type == 'test' and result.failures == 0 %}
drop table if exists {{ result.node.relation_name }};
{% endfor %}
{% endmacro %}
