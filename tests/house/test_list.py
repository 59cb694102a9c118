def test_l(db):
    from django.db import connection
    with connection.cursor() as c:
        c.execute("""SELECT rel.relname, con.conname, con.contype, pg_get_constraintdef(con.oid) FROM pg_constraint con JOIN pg_class rel ON rel.oid=con.conrelid WHERE contype IN ('c','u','x') AND relnamespace='public'::regnamespace AND (relname LIKE 'contracts_%' OR relname LIKE 'iijiot_%') AND relname NOT LIKE '%historical%' ORDER BY 1,3,2""")
        for r in c.fetchall(): print(r[0], r[1], r[2], r[3][:90])
        c.execute("""SELECT tablename, indexname FROM pg_indexes WHERE schemaname='public' AND indexdef LIKE 'CREATE UNIQUE%%' AND (tablename LIKE 'contracts_%%' OR tablename LIKE 'iijiot_%%') and tablename not like '%%historical%%' order by 1,2""")
        for r in c.fetchall(): print("IDX", r)
        c.execute("""SELECT rel.relname, t.tgname FROM pg_trigger t join pg_class rel on rel.oid=t.tgrelid where not tgisinternal and tgname not like 'recorder%%' order by 1,2""")
        for r in c.fetchall(): print("TRG", r)
