import pytest

from parallax.annotate import pipeline
from parallax.annotate.metonymy import place_or_actor

ACTORS = {
    "RED": {"name": "Rovia", "kind": "state", "adjectives": ["Rovian"], "capital": ["Paris"], "bodies": ["the Keep"]},
    "BLUE": {"name": "South Belmark", "kind": "state", "aliases": ["SB"], "adjectives": ["Belmark"], "capital": "Rome"},
    "UN": {"name": "United Nations", "kind": "organisation", "aliases": ["UN"]},
    "POST": {"name": "Loud Social", "kind": "media"},
    "KIM": {"name": "Kim Jong Il", "kind": "person", "gender": "m", "state": "RED", "roles": ["Rovian leader"]},
    "SOON": {"name": "Kim Soon Ae", "kind": "person", "gender": "f"},
    "MAY": {"name": "Teresa May", "kind": "person", "gender": "f"},
    "POLK": {"name": "James Polk", "kind": "person", "gender": "m", "state": "BLUE"},
}


@pytest.fixture(scope="module")
def nlp():
    nlp = pipeline()
    nlp.add_pipe("parallax_actors", config={"actors": ACTORS})
    return nlp


def found(doc, *columns):
    return [(span.text, *(span._.fact[c] for c in columns)) for span in doc.spans["actors"]]


def pronouns(doc):
    return [(text, actor) for text, actor, form in found(doc, "actor", "form") if form == "pronoun"]


def test_forms_and_longest_match(nlp):
    doc = nlp("Rovian President Kim Jong Il met SB envoys in Paris after the Keep and the United Nations agreed.")
    assert found(doc, "actor", "form") == [
        ("Rovian", "RED", "adjective"),
        ("Kim Jong Il", "KIM", "name"),
        ("SB", "BLUE", "state"),
        ("Paris", "RED", "capital"),
        ("Keep", "RED", "body"),
        ("United Nations", "UN", "name"),
    ]
    assert doc.spans["actors"][1]._.fact["modifier"] == "Rovian President"
    assert [span.label_ for span in doc.spans["actors"]][:2] == ["RED", "KIM"]


def test_capitals_in_headlines_and_plural_demonyms(nlp):
    assert found(nlp("KIM JONG IL VISITS ROVIA"), "actor") == [("KIM JONG IL", "KIM"), ("ROVIA", "RED")]
    assert ("Rovians", "RED", "nominal") in found(nlp("The Rovians voted."), "actor", "form")


def test_part_of_a_name_is_whom_the_story_introduces(nlp):
    assert found(nlp("Kim Jong Il arrived. Kim smiled."), "actor")[-1] == ("Kim", "KIM")
    assert found(nlp("Kim Soon Ae arrived. Kim smiled."), "actor")[-1] == ("Kim", "SOON")
    assert found(nlp("Polk left the room."), "actor") == [("Polk", "POLK")]  # nobody else is called so
    assert found(nlp("Then James K. Polk left the room."), "actor") == [("James K. Polk", "POLK")]


def test_two_namesakes_are_not_guessed(nlp):
    doc = nlp("Kim Jong Il met Kim Soon Ae. Kim smiled.")
    assert [text for (text,) in found(doc)] == ["Kim Jong Il", "Kim Soon Ae"]
    ((start, end, text, candidates),) = doc.user_data["ambiguous"]
    assert (doc[start:end].text, text, candidates) == ("Kim", "Kim", ("KIM", "SOON"))
    assert found(nlp("Kim smiled."), "actor") == []
    # an honorific tells them apart, and so does the name that the story has settled on before
    assert found(nlp("Kim Jong Il met Kim Soon Ae. Mr. Kim smiled."), "actor")[-1] == ("Kim", "KIM")
    story = "Kim Jong Il came. Kim smiled. He met Kim Soon Ae. It rained. Then they left. Kim smiled."
    assert found(nlp(story), "actor")[-1] == ("Kim", "KIM")


@pytest.mark.parametrize(
    "text",
    [
        "Then Kim Ju Oh spoke.",
        "Then Sarah Polk spoke.",
        "They met in May last year.",
        "They sailed to New Rovia in spring.",
        "The polk was lost.",
    ],
)
def test_longer_and_other_names_are_left_alone(nlp, text):
    story = nlp("James Polk, Teresa May and Kim Jong Il were there. " + text)
    assert len(found(story)) == 3


def test_bodies(nlp):
    doc = nlp("The Rovian foreign ministry spoke. Belmark officials agreed. Rovia's state media did not.")
    assert found(doc, "actor", "form") == [
        ("Rovian foreign ministry", "RED", "body"),
        ("Belmark officials", "BLUE", "body"),
        ("Rovia's state media", "RED", "body"),
    ]
    doc = nlp("Rome dismissed the claim. The foreign ministry accused Rovia. Officials said more.")
    assert ("foreign ministry", "BLUE", "body") in found(doc, "actor", "form")
    assert ("Officials", "BLUE", "body") in found(doc, "actor", "form")
    assert found(nlp("Officials said more. The foreign ministry agreed.")) == []
    assert found(nlp("Rovia and Belmark talked. The foreign ministry agreed."), "form")[-1][1] != "body"


def test_roles(nlp):
    doc = nlp("The Rovian leader spoke. A Rovian leader spoke. Rovian leader Kim Jong Il spoke.")
    assert found(doc, "actor", "form") == [
        ("Rovian", "RED", "adjective"),
        ("Rovian leader", "KIM", "nominal"),
        ("Rovian", "RED", "adjective"),
        ("Rovian", "RED", "adjective"),
        ("Kim Jong Il", "KIM", "name"),
    ]
    assert ("Rovia's leader", "KIM", "nominal") in found(nlp("Rovia's leader spoke."), "actor", "form")
    assert found(nlp("The Rovian side agreed."), "actor", "form") == [("Rovian side", "RED", "nominal")]


def test_pronouns(nlp):
    assert pronouns(nlp("James Polk met Teresa May. He thanked her.")) == [("He", "POLK"), ("her", "MAY")]
    assert pronouns(nlp("In his letter, James Polk thanked Rovia.")) == [("his", "POLK")]
    assert pronouns(nlp("Rovia said it would defend its border.")) == [("it", "RED"), ("its", "RED")]
    assert pronouns(nlp("Rovia’s reliance on its army grew.")) == [("its", "RED")]


def test_pronouns_in_doubt_are_left_out(nlp):
    assert pronouns(nlp("James Polk and Kim Jong Il arrived. He spoke.")) == []
    assert pronouns(nlp("Boris Brown met James Polk. He spoke.")) == []
    assert pronouns(nlp("James Polk said: “He is a fool.”")) == []
    assert pronouns(nlp("Rovia has spoken. It is clear that it rains.")) == []
    assert pronouns(nlp("Rovia and South Belmark kept its word.")) == []


@pytest.mark.parametrize(
    ("text", "sense"),
    [
        ("Paris maintained that it would help.", "actor"),
        ("Ties between Paris and Rome grew.", "actor"),
        ("Paris’s concerns grew.", "actor"),
        ("The message was aimed at Paris.", "actor"),
        ("They imposed sanctions on Paris.", "actor"),
        ("The support from Paris mattered.", "actor"),
        ("Officials from Paris refused.", "actor"),
        ("According to Paris, the talks failed.", "actor"),
        ("They did not send officials to Paris.", "place"),
        ("They met in Paris.", "place"),
        ("The Paris parade was long.", "place"),
        ("The train from Paris was late.", "place"),
        ("His visit to Paris was short.", "place"),
        ("Flights between Paris and Rome resumed.", "place"),
        ("She left Paris on Monday.", "place"),
        ("Paris-based analysts disagreed.", "place"),
        ("Paris-backed fighters disagreed.", "actor"),
        ("Paris is a city in Rovia.", "place"),
    ],
)
def test_place_or_actor(nlp, text, sense):
    doc = nlp(text)
    assert found(doc, "sense")[0][1] == sense
    at = doc.spans["actors"][0]
    assert place_or_actor(at, capital=True).sense == sense


def test_media_are_places_only_to_post_on(nlp):
    doc = nlp("James Polk wrote on Loud Social. Loud Social removed it.")
    assert [row for row in found(doc, "sense") if row[0] == "Loud Social"] == [
        ("Loud Social", "place"),
        ("Loud Social", "actor"),
    ]


def test_silent_blocks_and_empty_docs(nlp):
    doc = nlp.make_doc("Photo by Rovia")
    doc.spans["blocks"] = [doc.char_span(0, 14, label="credit")]
    assert found(nlp(doc)) == []
    assert found(nlp("")) == []


def test_nothing_is_kept_between_stories(nlp):
    nlp("Kim Soon Ae arrived.")
    assert found(nlp("Kim Jong Il arrived. Kim smiled."), "actor")[-1] == ("Kim", "KIM")


OTHERS = {
    "RED": {"name": "Rovia", "kind": "state", "adjectives": ["Rovian"], "excluding": ["Rovia Foods"]},
    "PARTY": {"name": "Harbour People's Party", "kind": "organisation", "aliases": ["HPP"], "bodies": ["Government"]},
    "STONE": {"name": "Ada Stone", "kind": "person", "aliases": ["Stone"], "roles": ["harbour minister"]},
    "COURT": {"name": "Harbour Court", "kind": "organisation", "aliases": ["court officials"]},
}


@pytest.fixture(scope="module")
def others():
    nlp = pipeline()
    nlp.add_pipe("parallax_actors", config={"actors": OTHERS})
    return nlp


@pytest.mark.parametrize(
    "text",
    [
        "Rovia Foods opened a shop.",
        "ROVIA FOODS opened a shop.",
        "A ship sank in the Rovian Sea on Monday.",
        "They crossed the Gulf of Rovia.",
        "The Rovian Times reported it at length.",
        "Rovia Farmers' Party leader Ola Moen spoke.",
        "Professor Bea Stone spoke about weather.",
        "A government said no. They were in Government then.",
    ],
)
def test_a_name_within_another_name_is_no_mention(others, text):
    assert found(others(text)) == []


@pytest.mark.parametrize(
    ("text", "first", "actor"),
    [
        ("The Rovian Foreign Minister spoke.", "Rovian", "RED"),
        ("The Rovia Congress voted.", "Rovia", "RED"),
        ("Rovia's Sea Rescue spoke.", "Rovia", "RED"),
        ("Harbour People’s Party members spoke.", "Harbour People’s Party", "PARTY"),
        ("The HPP Government spoke.", "HPP Government", "PARTY"),
        ("The government spoke.", "government", "PARTY"),
        ("Government spokesmen spoke.", "Government", "PARTY"),
        ("Court officials spoke.", "Court officials", "COURT"),
        ("Mr. Stone spoke.", "Stone", "STONE"),
    ],
)
def test_a_name_with_a_title_or_a_body_is_a_mention(others, text, first, actor):
    assert found(others(text), "actor")[0] == (first, actor)


def test_a_role_and_a_body_are_taken_up_by_their_last_word(others):
    assert found(others("Ada Stone left. The minister was tired."), "actor")[1:] == [("minister", "STONE")]
    assert found(others("The Harbour Court met. Crowds filled the court."), "actor")[1:] == [("court", "COURT")]
    for text in ("Bea left. The minister was tired.", "Ada Stone left. The foreign minister was tired."):
        assert "minister" not in [word for (word,) in found(others(text))]
