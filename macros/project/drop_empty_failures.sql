{% macro drop_empty_failures(results) %}
    {% for result in results if result.node.resource_type == 'test' and result.failures == 0 %}
        {% do run_query('drop table if exists ' ~ result.node.relation_name) %}
    {% endfor %}
{% endmacro %}
