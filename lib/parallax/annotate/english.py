"""General English that the components share: words, what they do, and nothing about any event.

Lists are written for this library. Where a class follows a published one, the section says so.
"""

# --- Reporting (parallax.voice) -------------------------------------------------------------------------------------
# REPORTING: lemma of a reporting verb -> what it does to its content in the reporter's mouth.
#   neutral    hands it on ("said")                    doubting   keeps a distance ("claimed")
#   endorsing  takes it for true or good ("noted")     denying    sets it aside ("rejected")
#   accusing   holds it against somebody ("blamed")
# COMPLEMENTS: the same lemma -> which of its complements are content:
#   clause "(that) they lost"   object "the plan"        infinitive "to leave"    as "it as a threat"
#   name   "it a threat"        about  "about the war"   quote      nothing but quoted words
#
# The classes follow Levin (1993), English Verb Classes and Alternations: say (37.7), tell (37.2), talk (37.5),
# manner of speaking (37.3), complain (37.8), judgment (33), characterize (29.2), dub (29.3), declare (29.4),
# conjecture (29.5), want (32.1). The effects follow Hooper (1975), "On assertive predicates" (factive verbs
# endorse), and Thompson and Ye (1991), "Evaluation in the reporting verbs used in academic papers".
_VERBS = [  # (effect, complements, lemmas); the first line that names a verb says its effect
    ("endorsing", "clause object", """note acknowledge admit concede confirm reveal show demonstrate indicate
        recognize recognise prove affirm reaffirm illustrate"""),
    ("endorsing", "clause", "know realize realise understand find discover agree point assure concur boast brag"),
    ("endorsing", "object as", """praise hail laud applaud welcome salute tout extol celebrate champion commend
        cheer endorse support back defend promote approve embrace favor favour advocate justify admire herald
        compliment congratulate echo trumpet"""),
    ("doubting", "clause infinitive", "claim purport profess pretend"),
    ("doubting", "clause", "allege assert suspect doubt insinuate"),
    ("doubting", "clause object", "question query"),
    ("denying", "clause object as", """deny reject dismiss dispute refute rebut disavow repudiate oppose contradict
        downplay discount deride ridicule mock resist contest decry"""),
    ("accusing", "object as", """accuse blame criticize criticise attack condemn denounce blast slam rebuke lambast
        lambaste berate castigate chastise scold chide censure fault vilify lash assail admonish reprimand rap
        rip bash hammer disparage insult deplore liken compare charge impugn malign"""),
    ("accusing", "clause", "charge lament bemoan"),
    ("accusing", "clause about", "complain protest object rail"),
    ("neutral", "clause object", """say announce declare state report mention propose suggest predict repeat
        reiterate restate insist cite quote reference stress emphasize emphasise underline underscore highlight
        outline discuss detail describe convey signal express voice invoke issue articulate document publish"""),
    ("neutral", "clause", """tell add explain write tweet post recall remark comment continue reply respond answer
        conclude inform advise remind observe joke testify elaborate clarify reason quip recount opine propound
        muse interject pronounce disclose notify retort counter argue contend believe think feel guess assume
        suppose reckon hear learn imagine estimate calculate forecast anticipate hint imply summarize summarise
        theorize theorise speculate maintain hold decide rule recommend specify stipulate worry fear wonder fret
        caution warn hope wish swear intend"""),
    ("neutral", "quote", """ask read go begin laugh shout yell chant cry scream whisper sing mutter murmur sigh
        blurt roar bark snap growl mumble exclaim deadpan chuckle gush implore inquire crow caption intone offer"""),
    ("neutral", "clause object infinitive", "demand promise pledge vow threaten ask expect"),
    ("neutral", "infinitive", """want plan hope intend seek aim decline refuse agree offer swear volunteer wish
        urge encourage call invite order instruct beg press push advise warn remind tell"""),
    ("neutral", "object", "urge"),
    ("neutral", "about", "speak talk comment testify joke warn caution call"),
    ("neutral", "as", """see view regard describe characterize characterise interpret depict frame cast portray
        present define treat read perceive identify paint position"""),
    ("neutral", "name", "call dub name label term deem brand consider declare pronounce find"),
]

# Verbs that report only together with a particle -> what they do then.
PHRASAL = {
    **dict.fromkeys(["shrug off", "brush aside", "brush off", "laugh off", "wave away", "wave off", "wave aside",
                     "bat away", "play down", "push back", "hit back", "fire back", "swat away", "fend off",
                     "scoff at"], "denying"),
    **dict.fromkeys(["hit out", "lash out", "take aim", "tear into"], "accusing"),
}
_VERBS += [
    ("denying", "object", "scorn junk trash ditch pooh-pooh debunk belittle"),
    ("neutral", "phrasal quote", "shrug brush wave bat play push fire swat fend scoff lash take tear"),
    ("neutral", "quote", "thunder sniff fume purr sneer huff drawl bellow"),
    ("accusing", "clause object", "gripe grumble"),
]

REPORTING, COMPLEMENTS = {}, {}
for _effect, _kinds, _lemmas in _VERBS:
    for _lemma in _lemmas.split():
        REPORTING.setdefault(_lemma, _effect)
        COMPLEMENTS.setdefault(_lemma, set()).update(_kinds.split())

# Verbs of evidence report only when somebody or something that speaks is their subject ("the poll shows that").
EVIDENCE = set("""show suggest indicate reveal demonstrate prove find signal highlight underline underscore illustrate
    confirm reflect imply hint""".split())

# Nouns that report a clause ("allegations by X that", "X's vow to") -> effect.
REPORTING_NOUNS = {
    noun: effect
    for effect, nouns in {
        "neutral": """statement message announcement report reporting comment remark argument belief view opinion
            suggestion promise pledge vow threat warning demand prediction hope fear concern expectation conclusion
            decision idea notion proposal plea call speculation theory assumption feeling conviction sentiment desire
            determination refusal intention commitment estimate assessment forecast rumor rumour declaration
            assurance contention insistence testimony response reply""",
        "doubting": "claim allegation assertion suspicion doubt question",
        "endorsing": "acknowledgment acknowledgement admission confirmation confession recognition",
        "denying": "denial rejection",
        "accusing": "accusation charge complaint criticism",
    }.items()
    for noun in nouns.split()
}

# Adjectives that report a clause ("is confident that").
REPORTING_ADJECTIVES = {
    adjective: effect
    for effect, adjectives in {
        "neutral": """confident convinced hopeful optimistic pessimistic worried concerned afraid fearful adamant
            wary proud""",
        "endorsing": "aware certain sure clear",
        "doubting": "skeptical sceptical doubtful unsure uncertain unconvinced split divided",
    }.items()
    for adjective in adjectives.split()
}

IRREGULAR = {
    "say": "said", "tell": "told", "write": "wrote written", "think": "thought", "feel": "felt", "hear": "heard",
    "hold": "held", "know": "knew known", "find": "found", "see": "saw seen", "understand": "understood",
    "begin": "began begun beginning", "sing": "sang sung", "swear": "swore sworn", "speak": "spoke spoken",
    "go": "goes went gone", "show": "shown", "seek": "sought", "learn": "learnt", "beg": "begged begging",
    "rip": "ripped ripping", "rap": "rapped rapping", "slam": "slammed slamming", "snap": "snapped snapping",
    "quip": "quipped quipping", "admit": "admitted admitting", "rebut": "rebutted rebutting",
    "brag": "bragged bragging", "plan": "planned planning", "dub": "dubbed dubbing", "fret": "fretted fretting",
    "label": "labelled labelling", "signal": "signalled signalling",
}  # fmt: skip


def inflections(lemma):
    """Every form of a verb: "deny" -> {"deny", "denies", "denied", "denying"}, with the irregular ones added.

    Parameters
    ----------
    lemma : str
        The base form, lower case.

    Returns
    -------
    set of str
    """
    stem = lemma[:-1] if lemma.endswith("e") else lemma
    if lemma.endswith("y") and lemma[-2] not in "aeiou":
        regular = {lemma[:-1] + "ies", lemma[:-1] + "ied", lemma + "ing"}
    else:
        third = lemma + ("es" if lemma.endswith(("s", "sh", "ch", "x", "z")) else "s")
        regular = {third, stem + "ed", stem + "ing"}
    return {lemma} | regular | set(IRREGULAR.get(lemma, "").split())


def plurals(noun):
    """A noun and its plural: "denial" -> ("denial", "denials"), "reply" -> ("reply", "replies")."""
    return noun, noun[:-1] + "ies" if noun.endswith("y") else noun + "s"


# Nouns of speakers -> their group where the codebook does not say; the group of all others is "other".
SPEAKER_NOUNS = {
    noun: group
    for group, nouns in {
        "expert": """analyst expert observer specialist scholar professor historian economist researcher scientist
            academic strategist commentator pundit institute study survey poll pollster research university
            scholarship paper forecaster""",
        "media": """media medium newspaper outlet broadcaster journalist reporter reporting report editor
            magazine press network channel tabloid columnist website headline article story editorial news blog""",
        "official": """official government agency ministry minister spokesman spokeswoman spokesperson president
            chancellor ambassador diplomat senator congressman congresswoman lawmaker representative secretary
            governor mayor administration authority department embassy parliament congress senate house committee
            commission court judge police military army general commander envoy aide planner intelligence
            regulator prosecutor premier leader assessment council office bureau state""",
    }.items()
    for noun in nouns.split()
}
# Nouns of people, bodies and texts that speak and have no group of their own.
SPEAKING = frozenset(
    """person people man woman men women voter supporter critic company party campaign team union group panel board
    side family friend source witness candidate nominee democrat republican liberal conservative resident activist
    organization organisation association coalition country nation church school student teacher doctor lawyer
    attorney parent mother father wife husband son daughter player coach owner ally rival opponent member letter
    statement email memo document data figure result book speech post message tweet ad video brief lawsuit
    complaint record finding analysis estimate slide many some others most everyone everybody nobody one few
    majority percent respondent crowd public community staff delegation foundation society firm bank guest fan
    worker driver officer executive chairman chairwoman author writer tape transcript list chart graphic filing
    advocate caller user tax return actor comedian host star singer artist""".split())  # fmt: skip
# Endings of nouns for people: "protester", "activist", "politician".
SPEAKING_ENDINGS = ("er", "or", "ist", "ian", "man", "woman", "men", "women", "people", "ee", "crat", "eur")
# A text that stands for who wrote it: "the mayor's post also noted" is the mayor.
TEXTS = frozenset(
    """post message letter statement speech tweet remark comment book article email memo essay column interview
    testimony report answer response""".split())  # fmt: skip
# "In X's view", "in the words of X".
VIEWS = frozenset("view opinion words eyes telling judgment judgement assessment".split())
FIRST_PERSON = frozenset("i my our we your his her their its".split())
REFLEXIVE = frozenset("himself herself itself themselves".split())
# What makes a named speaker an expert: a title, or a house of learning in what is said of them.
ACADEMIC = frozenset("prof prof. professor dr dr. scholar".split())
LEARNED = frozenset(
    "institute institution university centre center college academy think-tank tank school researcher professor "
    "analyst expert scholar fellow lecturer historian economist specialist studies teaches".split())
FORMER = frozenset("former retired ex ex- onetime".split())
# What a pronoun or a name of a thing cannot be: a speaker.
THINGS = frozenset("it this that which what there these those something nothing anything everything".split())
# Pronouns that can stand for a speaker named before -> what that speaker is: one man, one woman, several.
PRONOUNS = {
    "he": "he", "him": "he", "his": "he", "she": "she", "her": "she", "they": "they", "them": "they", "their": "they",
}  # fmt: skip
# Forms of address that tell a man from a woman.
ADDRESS = {"Mr.": "m", "Mr": "m", "Sir": "m", "Ms.": "f", "Mrs.": "f", "Ms": "f", "Mrs": "f", "Dame": "f"}
# Prepositions after verbs of talking: "spoke about", "warned against".
ABOUT = frozenset("about of against over regarding".split())
# Verbs that lend a reporting noun their subject: "X made a promise to ...".
LIGHT = frozenset("make have express issue give voice raise share hold take send offer repeat release deliver".split())
# Reporting nouns that do not report what "to" says: "a view to sell", "a message to send".
NO_INFINITIVE = frozenset(
    """view opinion message statement report reporting comment remark argument belief estimate assessment forecast
    response reply testimony theory assumption""".split())  # fmt: skip
# Words that turn from what is said to something else.
TURNS = frozenset("according as but while though although who".split())
# Words that begin the circumstances in a headline, and the kinds of block that are headlines.
CIRCUMSTANCES = frozenset("as after amid while before ahead , ; — –".split())
TITLES = ("headline", "heading", "deck")


# --- What negates, hedges and points back (parallax.stance) ----------------------------------------------------------
# Negation, diminishers and hedges after Polanyi and Zaenen (2006), "Contextual valence shifters", and Hyland (1998),
# "Hedging in scientific research articles"; the lists are our own.

# Words that negate what they stand on.
NEGATORS = frozenset(
    "no not n't never neither nor none nobody nothing without hardly scarcely few little scant".split())
# Two words before a phrase that set it aside.
CONTRASTS = ("rather than", "instead of", "short of", "far from", "opposed to")
# Verbs, nouns and adjectives that deny or diminish what they govern.
NEGATING = frozenset(
    """deny denial reject rejection dismiss refute rebut disprove debunk lack absence without fail failure avoid
    prevent limit constrain hinder hamper impede undermine preclude resist resolve overcome settle bridge
    unproven unconfirmed unlikely unfounded baseless groundless false untrue fictitious nonexistent impossible
    premature thin scarce remote distant myth illusion outside absurd absurdity nonsense ridiculous
    preposterous""".split())  # fmt: skip
# Verbs and adjectives by which a holder leaves open, or does not believe, what the content says. Verbs by which
# the writer keeps a distance from the holder ("claimed") are not among them.
DOUBTS = frozenset("question query unsure uncertain split divided fear worry suspect wonder speculate".split())
DISBELIEF = frozenset("doubt skeptical sceptical doubtful unconvinced".split())
# Of the verbs that diminish, those that act on what has not yet come about.
PREVENTING = frozenset("avoid prevent limit constrain".split())
# Verbs that answer a charge with another one: that is no answer to the claim.
COUNTERCHARGES = frozenset("accuse blame charge".split())
# Words that leave open whether it is so.
HEDGE_WORDS = frozenset(
    """whether if perhaps maybe possibly possible possibility potential potentially likely likelihood probably
    apparently seemingly allegedly alleged purported purportedly supposed supposedly so-called arguably nascent
    emerging seem appear suspect suspicion suspicious speculate speculation speculative wonder question debate
    prospect uncertain unclear""".split())  # fmt: skip
MODALS = frozenset("could may might".split())
# "Not just" and "not only" deny nothing.
MORE_THAN = frozenset("just only merely simply".split())
# Passives by which somebody unnamed takes a thing for another: "widely seen as".
TAKEN_AS = frozenset("see view read regard interpret perceive consider understand".split())
# Nouns by which a text names what somebody has claimed.
CLAIMS = frozenset(
    """claim allegation accusation charge statement remark comment criticism assertion suggestion argument
    narrative insinuation rhetoric characterization characterisation jibe notion talk word view
    idea label""".split())  # fmt: skip
# Words by which a text takes all the members together.
TOGETHER = frozenset(
    "three trilateral three-way tripartite trio triangle multilateral all collective jointly joint bloc".split())
# Words that take up two or more that the sentence before has named.
BOTH = frozenset("both they them their these those".split())
# Verbs by which a text says what somebody is after: the text's own claim, not the other's words.
INTENTIONS = frozenset("want plan intend seek aim".split())
