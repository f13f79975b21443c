{# Fails for each row that meets the condition. #}
{% test has_no_rows(model, condition='true') %}
select *
from {{ model }}
where {{ condition }}
{% endtest %}
