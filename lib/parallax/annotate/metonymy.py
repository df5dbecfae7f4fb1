"""Place or actor: "Paris maintained" against "a train from Paris", by the word that governs the name."""


def words(text):
    """Split a list of words into a set."""
    return frozenset(text.split())


# --- General English ----------------------------------------------------------------------------------------

PRENOMINAL = ("compound", "amod", "nmod")
NOUNS = ("NOUN", "PROPN")
DASHES = ("-", "–", "—", "/")

# Land, settlements, buildings, and what is counted or measured in them.
GEOGRAPHY = words("""land ground soil territory area region zone province county district city town
    village hamlet municipality parish borough commune ward suburb outskirt settlement neighborhood
    neighbourhood capital metropolis centre center heart downtown countryside continent country island
    peninsula archipelago coast coastline shore seashore beach bay gulf sea ocean lake river stream valley
    mountain mount hill foothill desert forest jungle plain plateau park garden square street avenue road
    highway expressway motorway roundabout intersection junction crossroads bridge tunnel railway railroad
    metro subway line route station stop airport airbase runway port harbor harbour border frontier
    boundary north south east west northeast northwest southeast southwest interior bank location place
    site spot venue home house apartment residence resort building tower hotel restaurant shop store mall
    stadium arena school college academy university campus hospital church cathedral mosque temple museum
    theatre theater library office headquarters facility factory plant farm quarry mine prison jail camp
    hall palace depot warehouse housing skyline airspace water climate weather temperature season
    landscape geography wildlife flora fauna map population density census edition hub destination hotspot
    community governorate jurisdiction grid basin enclave patch exclave colony outpost""")
# The same before a noun or as a possession, where they are not said of the name itself.
SETTING = words("""part rest end half corner base infrastructure economy market industry sector
    development growth rate history architecture diversity tourist tourism""")
EVENTS = words("""parade summit meeting conference forum session gathering ceremony celebration
    commemoration festivity festival anniversary event exhibition fair expo concert gig premiere race
    marathon tournament olympics games match appearance visit trip tour stopover reception banquet dinner
    talk march rally protest demonstration riot bombing shooting attack massacre siege earthquake storm
    flood hurricane disaster fire crash stage election war conflict crisis""")
# Events that somebody does: "Paris's war" against "Paris's festival".
DOINGS = words("war conflict crisis attack massacre siege bombing shooting visit trip tour appearance talk bid rally")
JOURNEYS = words("""visit visitor trip travel traveller traveler journey voyage return flight tour move
    movement arrival access way road route train bus ferry ticket passage link connection emigration
    emigrant immigration immigrant migration migrant settler relocation deportation expulsion gateway
    entry trek pilgrimage delivery service transportation transport import export distance ambassador
    mission native endemic indigenous""")
ROUTES = words("""trip travel journey voyage flight road route train bus ferry passage transport distance
    service area border frontier boundary line railway highway pass pipeline""")
MOTION = words("""go come travel move return arrive fly drive sail walk run head leave depart emigrate immigrate
    migrate relocate ship deport expel extend stretch flee escape spread commute withdraw evacuate pass cross
    range locate find lie situate transit shoot hang bind embark set stroll shuttle roar thunder soar hover
    circle""")
# What parties pass to one another or lay on one another: "to X", "from X" and "on X" are then no places.
EXCHANGE = words("""sell give lend loan owe pay pledge promise provide offer supply grant award cede hand
    surrender submit lose fall say speak talk tell explain respond reply react appeal apologize apologise listen
    turn apply defer bow yield attribute compare align matter mean suggest signal propose present receive hear
    win gain get obtain secure seek buy purchase borrow learn demand expect want distance protect separate
    defend request warn transfer restore help aid assistance pressure letter message call response independence
    support backing invitation permission approval statement order warning threat competition opposition
    criticism concession apology degree release loss challenge answer blow boost tribute commitment protection
    guarantee proposal gift weapon arm ammunition munition condolence congratulation gratitude accord bind tie
    ally tether commit""")
# "officials from X" speak for it.
SENT = words("""official diplomat envoy negotiator representative delegate spokesman spokeswoman spokesperson team
    player delegation""")
BURDENS = words("""depend rely blame impose call focus count bet press put lean draw attack slap place
    inflict wage spy vote turn center centre concentrate comment report touch insist agree levy base rest
    weigh tariff sanction pressure restriction curb duty tax ban cost""")
# "the ... of X": X as a party; so are most abstract nouns, by their endings.
PARTY_OF = words("""president king queen prince emperor premier minister secretary chancellor ruler parliament
    congress senate ambassador envoy representative spokesman spokeswoman spokesperson leader chief chair
    chairman head captain government authority ministry department embassy army navy force troop service people
    citizen thousand million father ally enemy friend rival partner opponent member behalf hand team coach flag
    law right dignity interest policy role help support defeat war rule dominion view request fall victory
    future autonomy withdrawal surrender criticism fear threat birth music learning attitude image champion
    champions will act success status honour honor expense story security institute ahead those plan aim goal
    hope strategy wish effort ambition influence power leverage orbit control backing blessing invasion distrust
    mistrust suspicion ear eye""")
ABSTRACT = ("tion", "sion", "ment", "ance", "ence", "ency", "ship", "ness", "cy", "ty")
LOCAL_OF = words("occupation development section intervention extension governance university party")
# "concern in X" is X's own, whatever the preposition.
FEELINGS = words("""concern alarm anger fear unease worry outrage anxiety confidence trust faith interest
    frustration suspicion""")
AIMED = words("aim direct target level lash anger annoy shout laugh jab swipe dig barb slight")
LOCATIVES = words("""in at near across around through throughout inside outside within into onto via off along
    beyond beside past down up amid under below above beneath opposite""")
# Verbs that make their subject, passive subject or object a place.
LOCATING = {
    "nsubj": words("lie border adjoin house straddle"),
    "nsubjpass": words("locate situate settle populate inhabit surround hit flood divide connect decorate lock"),
    "dobj": words("""visit leave reach enter tour cross flee exit revisit traverse evacuate explore
        neighbour neighbor build own border inhabit hit connect"""),
}
# What makes a capital's name before a noun a government; before all others it says where.
CAPITAL_ACTS = words("""government official authority regime leadership leader diplomat spokesman
    spokeswoman envoy elite relation tie relationship alliance partnership pact deal agreement treaty
    bloc dispute tension rivalry policy position stance line view influence interest strategy plan
    response reaction decision demand ally insider""")


def place_or_actor(span, capital=False):
    """Tell whether a location's name acts (its people, government or team) or only says where.

    What governs the name decides: the noun that it stands before, the verb whose subject or object it is, the
    preposition together with the word that it depends on. A coordinated or added name ("X and Y", "X, Y",
    "such as Y") follows the first.

    Parameters
    ----------
    span : spacy.tokens.Span
        The name, in a parsed Doc.
    capital : bool
        A capital's name before a noun is a place unless the noun says government or relation.

    Returns
    -------
    str
        "actor" or "place".
    """
    if dateline(span):
        return "place"
    token = span.root
    for _ in range(6):
        dep, head = token.dep_, token.head
        if dep in ("conj", "appos") or (dep == "npadvmod" and head.pos_ == "PROPN"):
            token = head
        elif dep == "pobj" and head.lower_ in ("including", "like", "as") and head.head.pos_ in NOUNS:
            token = head.head
        else:
            break
    spot = len(span) > 1 and span[-1].lower_ in GEOGRAPHY  # "... River", "... Airport"
    verb = noun = head.lemma_.lower()
    if dep in PRENOMINAL:
        while head.dep_ == "compound" and head.i > token.i:  # "X police station"
            head = head.head
        noun = head.lemma_.lower()
        local = noun in GEOGRAPHY or noun in SETTING or head.text == "state"
        local = local or (noun in EVENTS and not paired(span))
        local = local or (span.start and span.doc[span.start - 1].lower_ == "in")
        local = local or (capital and noun not in CAPITAL_ACTS and (noun in ROUTES or not paired(span)))
    elif dep == "poss":
        local = noun in GEOGRAPHY or noun in SETTING
        if capital:
            local = noun in GEOGRAPHY or noun in EVENTS - DOINGS or head.pos_ == "PROPN"
    elif dep == "npadvmod":  # "X-backed" against "X-based", "X-born"
        local = head.tag_ != "VBN" or verb in ("base", "bear", "bind")
    elif dep in LOCATING:
        local = spot or verb in LOCATING[dep] or (dep != "dobj" and described(head))
    elif dep == "pobj":
        local = spot or says_where(head)
    else:
        local = dep not in ("attr", "dative", "acomp")
    return "place" if local else "actor"


def dateline(span):
    """Tell whether the name opens a sentence as a dateline does: "X (AP) -", "X, Sept. 3"."""
    after = span.doc[span.end : span.end + 1].text
    opens = span[0].is_sent_start or span.doc[span.start - 1].is_space
    return opens and (after in ("(", "—", "–", ":") or (span.text.isupper() and after == ","))


def paired(span):
    """Tell whether the name is one of two joined by a dash: "X-Y talks"."""
    doc, start, end = span.doc, span.start, span.end
    left = start > 1 and doc[start - 1].text in DASHES and doc[start - 2].pos_ in ("PROPN", "ADJ")
    return left or (end + 1 < len(doc) and doc[end].text in DASHES and doc[end + 1].pos_ in ("PROPN", "ADJ"))


def described(verb):
    """Tell whether "is", "has" or "is known as" says what a place is like: "is a town in"."""
    if verb.lemma_ == "have":
        return any(c.dep_ == "dobj" and c.lemma_ in ("population", "area", "climate") for c in verb.children)
    if verb.lemma_ not in ("be", "know", "regard", "designate"):
        return False
    said = [c for c in verb.children if c.dep_ in ("attr", "acomp", "prep", "advmod")]
    nouns = said + [c for prep in said if prep.dep_ == "prep" for c in prep.children]
    nouns += [c for one in said if one.lemma_ == "one" for of in one.children for c in of.children]
    return (verb.lemma_ == "be" and not said) or any(noun.lemma_.lower() in GEOGRAPHY for noun in nouns)


def says_where(preposition):
    """Tell whether a preposition and the word that it depends on make its object a place."""
    prep, governor = preposition.lower_, preposition.head
    word, verb = governor.lemma_.lower(), governor.pos_ == "VERB"
    given = {word} | {c.lemma_.lower() for c in governor.children if verb and c.dep_ in ("dobj", "nsubj")}
    if prep == "from":
        return word not in EXCHANGE and word not in SENT
    if prep == "to":
        return given.isdisjoint(EXCHANGE) and (
            verb
            or (governor.pos_ in ("ADP", "ADV") and governor.lower_ != "closer")
            or word in JOURNEYS
            or word in GEOGRAPHY
        )
    if prep == "on":
        state = any(c.dep_ == "acomp" for c in governor.children)  # "become reliant on X"
        return verb and not state and given.isdisjoint(BURDENS)
    if prep == "of":
        title = any(c.dep_ == "compound" and c.lemma_.lower() in PARTY_OF for c in governor.children)
        party = title or word in PARTY_OF or (word.endswith(ABSTRACT) and word not in LOCAL_OF)
        return not party or word in GEOGRAPHY
    if prep in ("between", "among", "for", "over", "toward", "towards"):
        everywhere = any(c.lower_ == "all" for c in preposition.children)  # "all over X"
        return word in MOTION or (prep in ("between", "among", "for") and word in ROUTES) or everywhere
    if prep == "with":
        return word in ("border", "frontier", "boundary")
    return prep in LOCATIVES and word not in {"in": FEELINGS, "at": AIMED}.get(prep, ())
