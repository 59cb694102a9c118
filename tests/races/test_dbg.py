from tests.races.test_same_act_twice import with_notice
def test_x(transactional_db):
    import cProfile, pstats, time
    with_notice()
    p = cProfile.Profile(); t=time.time(); p.enable(); with_notice(); p.disable(); print("took", time.time()-t)
    pstats.Stats(p).sort_stats("cumtime").print_stats(60)
