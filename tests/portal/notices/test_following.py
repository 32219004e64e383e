"""What people follow, and who follows a thing."""


def test_people_follow_and_unfollow(cast):
    from qilian.portal.notices.following import follow, followers, follows, unfollow
    from qilian.portal.notices.models import Kind

    firm, laboratory = cast.actor("firm").user, cast.actor("laboratory").user
    follow(firm, Kind.STANDARD, "ISO 10218-1", label="ISO 10218-1 工业机器人", url="/standards/x")
    follow(firm, Kind.STANDARD, "ISO 10218-1")
    follow(firm, Kind.COMMITTEE, "ISO/TC 299")
    follow(laboratory, Kind.STANDARD, "ISO 10218-2")
    assert followers(Kind.STANDARD, ["ISO 10218-1", "ISO 10218-2"]) == sorted([firm, laboratory], key=lambda u: u.pk)
    assert followers(Kind.STANDARD, ["ISO/TC 299"]) == []
    assert followers(Kind.STANDARD, []) == []
    assert follows(firm, Kind.COMMITTEE, "ISO/TC 299")
    unfollow(firm, Kind.STANDARD, "ISO 10218-1")
    unfollow(firm, Kind.STANDARD, "ISO 10218-1")
    assert followers(Kind.STANDARD, ["ISO 10218-1"]) == []


def test_a_person_who_follows_two_of_them_is_found_once(cast):
    from qilian.portal.notices.following import follow, followers
    from qilian.portal.notices.models import Kind

    firm = cast.actor("firm").user
    for key in ("a", "b"):
        follow(firm, Kind.STANDARD, key)
    assert followers(Kind.STANDARD, ["a", "b"]) == [firm]


def test_a_locked_person_follows_nothing(cast):
    from qilian.portal.notices.following import follow, followers
    from qilian.portal.notices.models import Kind

    firm = cast.actor("firm").user
    follow(firm, Kind.PRODUCT, "7")
    firm.is_active = False
    firm.save()
    assert followers(Kind.PRODUCT, ["7"]) == []


def test_the_page_lists_one_s_own_and_ends_one(cast):
    from qilian.portal.notices.following import follow
    from qilian.portal.notices.models import Follow, Kind

    follow(cast.actor("firm").user, Kind.STANDARD, "ISO 10218-1", label="工业机器人", url="/standards/x")
    follow(cast.actor("laboratory").user, Kind.STANDARD, "ISO 9283")
    client = cast.client("firm")
    page = client.get("/notices/follows/").content.decode()
    assert "工业机器人" in page
    assert "ISO 9283" not in page
    own, other = (Follow.objects.get(key=key).pk for key in ("ISO 10218-1", "ISO 9283"))
    assert client.post(f"/notices/follows/{other}/unfollow").status_code == 404
    client.post(f"/notices/follows/{own}/unfollow")
    assert list(Follow.objects.values_list("key", flat=True)) == ["ISO 9283"]
