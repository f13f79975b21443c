{# Fails for each row that meets the condition. #}
{% test has_no_rows(model, where=none) %}
select *
from {{ model }}
{% if where %}
where {{ where }}
{% endif %}
{% endtest %}
