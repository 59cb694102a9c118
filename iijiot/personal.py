"""Which texts are personal, how long each is kept, and what stands in its place once it is erased (G40.2.1).

What stands there is made by functions of the database, so that a row and its history get the same.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext_lazy as _


class Keeping(models.TextChoices):
    """How long something personal is kept once the customer is gone."""

    REST = "rest", _("Contacts, letters and what was written freely")
    BOOKS = "books", _("Name and address, as the books need them")


REST, BOOKS = Keeping.REST, Keeping.BOOKS
NO = "no"
"""Says nothing of a person."""
MENTIONS = "mentions"
"""Belongs to no customer but may name one, such as what was searched for."""

ERASED = "消去済み "
"""How what stands in the place of something erased begins (`erased_word`)."""

OF_HISTORY = {"history_change_reason": REST, "history_actor": REST}
"""What the history of each record of a customer says besides; who acted only where it was an account."""

EMPTY, SEARCHED, CORPORATE_NUMBER, EACH_VALUE = "empty", "searched", "corporate-number", "each-value"
"""Forms that a model can ask for in `ERASED_AS`, where a plain pseudonym would not do."""

TEXTS = (models.CharField, models.TextField, models.JSONField, models.GenericIPAddressField)
LONGEST = 1000

FUNCTIONS = """
CREATE OR REPLACE FUNCTION erased_word(number text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT '消去済み ' || number
$$;
CREATE OR REPLACE FUNCTION erased_text(said text, number text, longest int) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT CASE WHEN said = '' OR length(erased_word(number)) > longest THEN '' ELSE erased_word(number) END
$$;
CREATE OR REPLACE FUNCTION erased_mail(said text, number text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT CASE WHEN said = '' THEN '' ELSE lower(number) || '@erased.invalid' END
$$;
CREATE OR REPLACE FUNCTION erased_search(said text, number text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT CASE WHEN said = '' THEN '' ELSE '消去済ミ' || lower(number) END
$$;
CREATE OR REPLACE FUNCTION erased_corporate_number(said text, number text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT CASE WHEN said = '' THEN '' ELSE (
        SELECT 9 - sum(substr(base, 13 - n, 1)::int * CASE n % 2 WHEN 1 THEN 1 ELSE 2 END) % 9 || base
        FROM (SELECT '9999' || lpad(substr(number, 2), 8, '0')) made(base), generate_series(1, 12) n GROUP BY base
    ) END
$$;
CREATE OR REPLACE FUNCTION erased_mentions(said text, names text[], number text) RETURNS text
IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY names LOOP
        said := replace(replace(said, name, erased_word(number)), erased_in_link(name), erased_in_link(erased_word(number)));
    END LOOP;
    RETURN said;
END $$;
CREATE OR REPLACE FUNCTION erased_in_link(said text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT string_agg(CASE WHEN sign ~ '[A-Za-z0-9_.~-]' THEN sign WHEN sign = ' ' THEN '+' ELSE
        regexp_replace(upper(encode(convert_to(sign, 'UTF8'), 'hex')), '(..)', '%\\1', 'g') END, '' ORDER BY place)
    FROM regexp_split_to_table(said, '') WITH ORDINALITY AS signs(sign, place)
$$;
CREATE OR REPLACE FUNCTION names_any(said text, names text[]) RETURNS boolean IMMUTABLE LANGUAGE sql AS $$
    SELECT EXISTS (SELECT FROM unnest(names) name WHERE strpos(said, name) > 0 OR strpos(said, erased_in_link(name)) > 0)
$$;
"""


def personal(model: Any) -> Mapping[str, str]:
    """The fields of a kind of record that are personal or may name somebody, each with how it is kept."""
    return {name: keeping for name, keeping in model.PERSONAL.items() if keeping != NO and name not in OF_HISTORY}


def personal_in_history(model: Any) -> Mapping[str, str]:
    """The same of its history, which says besides who acted and why."""
    return {name: keeping for name, keeping in {**OF_HISTORY, **model.PERSONAL}.items() if keeping != NO}


def texts(model: Any) -> Iterator[Any]:
    """The stored fields that could hold something about a person: all texts but choices, states and numbers of ours."""
    for field in model._meta.concrete_fields:
        if isinstance(field, TEXTS) and not field.choices and field.name != "number":
            yield field


def covers(done: str, keeping: str) -> bool:
    """Whether what is kept so long goes with an erasure of this kind: with the books, everything."""
    return keeping in Keeping.values and (done == BOOKS or keeping == REST)


def erased(model: Any, field: Any, number: str, form: str = "") -> str:
    """The SQL of what stands in a column once it is erased; `number` is the SQL of the customer's number."""
    name = stored(model, field)
    if form == EMPTY:
        return "''"
    if form == SEARCHED:
        return f"erased_search({name}, {number})"
    if form == CORPORATE_NUMBER:
        return f"erased_corporate_number({name}, {number})"
    if form == EACH_VALUE:
        return f"(SELECT jsonb_object_agg(key, erased_word({number})) FROM jsonb_each({name}))"
    if isinstance(field, models.JSONField):
        return f"CASE jsonb_typeof({name}) WHEN 'array' THEN '[]'::jsonb ELSE '{{}}'::jsonb END"
    if isinstance(field, models.EmailField):
        return f"erased_mail({name}, {number})"
    word = f"erased_text({name}, {number}, {field.max_length or LONGEST})"
    if field.name == "history_actor":
        return f"CASE history_actor_kind WHEN 'account' THEN {word} ELSE {name} END"
    return word


def unnamed(model: Any, field: Any, names: str, number: str) -> str:
    """The SQL of a column with these names replaced, which are the SQL of an array."""
    name = stored(model, field)
    if isinstance(field, models.JSONField):
        return f"erased_mentions({name}::text, {names}, {number})::jsonb"
    replaced = f"erased_mentions({name}, {names}, {number})"
    return f"left({replaced}, {field.max_length})" if field.max_length else replaced


def naming(model: Any, field: Any, names: str) -> str:
    """The SQL of whether a column names one of these."""
    return f"names_any({stored(model, field)}::text, {names})"


def stored(model: Any, field: Any) -> str:
    """The SQL of a column with its table; histories share a field or two, which do not know their table."""
    quote = connection.ops.quote_name
    return f"{quote(model._meta.db_table)}.{quote(field.column)}"


def called(function: str, *values: Any) -> Any:
    """What a function of the database answers."""
    with connection.cursor() as cursor:
        cursor.callproc(function, values)
        return cursor.fetchone()[0]
