"""The questions that the notebooks ask: one method a question, each with its table, figure, result and sentences.

The statistics are in `compare` and `cooccurrence`, the drawing in `charts`; here they meet, and the result is put
into a sentence that is computed from the table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import pandas as pd

from parallax import annotate, check, cooccurrence, tables
from parallax import display as show
from parallax import evaluate as trust
from parallax import plots as charts
from parallax import stats as compare
from parallax.errors import StudyError
from parallax.study import load

PAIRS = 30  # pairs of actors whose sentences are folded under the matrix
FOLD = 25  # sentences shown under one number; all of them are in the tables
FOLDS = 12  # folds shown under one figure
ALPHA = 0.05
LEAST = 5  # positions below which a source is not summed up
VOICE = {"own": "own voice", "quoted": "quoted voices"}
DOES = {"affirm": "affirms", "hedge": "hedges", "deny": "denies"}
NO_DIFFERENCE = "In no frame do the sources differ more than chance allows"
NO_POSITION = "Nobody takes a position."
NOTHING_ODD = "No absence is odder than its source is short."


@dataclass
class Answer:
    """What came out of one question: ``display(*answer)`` shows all of it.

    `name` is the stem of its files, `data` the tidy table of the result, and `parts` makes what there is to show:
    the result in a sentence, the figure or the table, the sentences behind it.
    """

    name: str
    data: pd.DataFrame
    parts: Callable

    def __iter__(self):
        return iter(self.parts())


class Workbook:
    """A study, analysed, with the parameters of a notebook.

    Parameters
    ----------
    study : str or pathlib.Path
        The study folder.
    sources : sequence of str, or str with commas
        The sources to compare; empty means all.
    voice : {"all", "own", "attributed"}
        Which voice counts in frames, words and mentions.
    window : {"sentence", "story"}
        In what two actors must both be named to co-occur.
    model : str
        Name of an installed spaCy pipeline.
    seed : int
        Of all resampling.
    out : str
        A folder to which each figure is also written, with its CSV. Empty writes nothing.

    Raises
    ------
    StudyError
        A parameter is wrong; the one line says what is allowed.
    """

    def __init__(self, study="seeds", sources=(), voice="all", window="sentence", model=annotate.MODEL,
                 seed=0, out=""):
        allowed("window", window, ("sentence", "story"))
        if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
            raise StudyError(f"seed: {seed!r}; allowed: a whole number, 0 or more")
        if isinstance(sources, str):
            sources = [part.strip() for part in sources.split(",") if part.strip()]
        if not isinstance(sources, list | tuple) or not isinstance(out, str | Path):
            raise StudyError(f"sources: {sources!r}, out: {out!r}; allowed: a list of labels, the path of a folder")
        self.study = load(study)
        self.sources, self.voice, self.window = list(sources), voice, window
        self.model, self.seed, self.out = model, seed, out
        self.whole = tables.build(self.study, model)
        self.tables = self.whole.select(self.sources, voice)
        self.book = self.study.codebook
        self.sentences = self.tables.sentences
        self.paired = {}
        self.groups = {key: actor.group for key, actor in self.book.actors.items()}
        self.labels = labels(self.book)
        self.claim = self.book.narrative.claim if self.book.narrative else ""

    @cached_property
    def counted(self):
        """The tables with only the rows that stand in counted sentences."""
        kept = {name: compare.kept(table, self.sentences) if "sentence" in table else table
                for name, table in self.tables.items()}
        return tables.Tables(**kept)

    @cached_property
    def acting(self):
        """The mentions that are used as actors and not as places, in counted sentences."""
        return self.counted.mentions[self.counted.mentions["sense"] == "actor"]

    def __repr__(self):
        return f"{self.study.title}: {', '.join(self.names)}; {self.tables}"

    def answer(self, name, data, takeaway, figure=None, columns=None, top=12, folds=None):
        """Put together what one question shows, and write its figure when there is a folder to write to.

        With a figure no table is shown; without one its first `top` rows are, or of them some `columns`.
        `folds` is called only when the answer is shown, and returns the folded sentences.
        """
        if figure is not None and self.out:
            charts.save(figure, data, Path(self.out), name)

        def parts():
            only = f" ({self.voice} voice only)" if self.voice != "all" else ""
            yield show.takeaway(takeaway[:1].upper() + takeaway[1:] + only)
            if figure is not None:
                yield show.show(figure, takeaway, data)
            elif top:
                small = data if columns is None else data[columns]
                note = f"The first {top} of {len(small)} rows." if len(small) > top else ""
                yield show.table(self.named(small.head(top)), note, digits=3 if "p" in small else 2)
            if folds:
                yield from folds()

        return Answer(name, data, parts)

    def named(self, frame):
        """Replace keys by names in what is shown."""
        return frame.assign(**{column: frame[column].map(lambda key, names=names: names.get(key, key))
                               for column, names in self.labels.items() if column in frame})

    def label(self, key, column="actor"):
        """Return the name to show for a key."""
        return self.labels.get(column, {}).get(key, str(key))

    def folds(self, rows, by, marks=None, label="", limit=FOLD):
        """Return folded sentences, one fold for each value of a column, the most frequent first."""
        groups = {key: rows[rows[by] == key] for key in rows[by].value_counts(sort=True).index[:FOLDS]}
        return [self.evidence(mine, self.label(key, by), mine if marks is None else marks, label, limit)
                for key, mine in groups.items()]

    def evidence(self, rows, summary, marks=None, label="", limit=FOLD):
        """Return the folded sentences that some rows stand in.

        Parameters
        ----------
        rows, marks : pandas.DataFrame
            A table with a column sentence; what to mark: file, start, end (raw offsets) and, if marks differ, label.
        summary, label : str
            What the fold is called; the label of marks that have none.
        limit : int
            How many sentences are shown.
        """
        sentences = self.sentences[self.sentences["sentence"].isin(rows["sentence"])]
        if marks is not None and "label" not in marks:
            marks = marks.assign(label=label)
        return show.evidence(sentences, marks, limit, summary)

    # --- Overview and sources

    def overview(self):
        """How do the sources compare at a glance?"""
        frames = compare.frame_shares(self.tables.frames, self.sentences, self.voice, seed=self.seed)
        stance = compare.stance_shares(self.counted.stances, self.sentences)
        cover = compare.coverage(self.acting, self.sentences)
        figure = charts.overview(frames, stance, cover, self.labels["item"], self.claim)
        text = (f"{count(len(self.counted.sentences), 'sentence')} in {count(len(self.documents_ok), 'document')} of "
                f"{count(len(self.names), 'source')}; " + leading(frames, "frame", self.labels["frame"]))
        stance = stance.assign(what="stance " + stance["voice"] + " " + stance["part"])
        data = pd.concat([frames.assign(what="frame").rename(columns={"frame": "item"}),
                          stance.rename(columns={"value": "item"}),
                          cover.assign(what="actor").rename(columns={"actor": "item"})], ignore_index=True)
        data = data[["what", "source", "item", "k", "n", "share", "low", "high"]]
        return self.answer("overview", data, text, figure)

    @property
    def names(self):
        """The sources in view."""
        return compare.sources(self.sentences)

    @property
    def documents_ok(self):
        """The documents that could be read."""
        return self.tables.documents[self.tables.documents["status"] == "ok"]

    def documents(self):
        """What was read, and what could not be?"""
        data = self.tables.documents[["file", "source", "outlet", "published", "words", "stories", "status", "problem"]]
        read, odd = len(self.documents_ok), int((data["problem"] != "").sum())
        text = (f"{count(read, 'document')} read, {count(len(data) - read, 'document')} skipped"
                + (f"; something is odd in {count(odd, 'document')}." if odd else "."))
        return self.answer("documents", data, text, top=50)

    def kinds(self):
        """Of what kinds of sentence is each source made?"""
        data = self.sentences.groupby(["source", "kind"], sort=False).size().unstack(fill_value=0).reset_index()
        data.columns.name = None
        again = int(self.sentences["copy_of"].ne("").sum())
        text = (f"{count(len(self.counted.sentences), 'sentence')} count; "
                f"{count(again, 'sentence')} had stood in the same document before.")
        return self.answer("kinds", data, text, top=50)

    def syndicated(self):
        """Which sentences stand in several sources, word for word?"""
        rows = self.counted.sentences
        sources = rows.groupby("text")["source"].nunique()
        shared = sources[sources > 1].index
        data = rows[rows["text"].isin(shared)][["text", "source", "sentence"]].sort_values("text")
        text = (f"{count(len(shared), 'sentence')} of {len(sources)} stand in more than one source"
                + ("; those are one voice, not several." if len(shared) else "."))
        return self.answer("syndicated", data, text, top=10 if len(data) else 0)

    def candidates(self):
        """Whom do the texts name that the codebook does not list?"""
        data = check.candidates(self.study, self.model)
        named = f"Most named and not in the codebook: {listed(data['name'].head(5))}."
        return self.answer("candidates", data, named if len(data) else "The texts name nobody else.")

    def unresolved(self):
        """Which names fit several actors and are counted for none?"""
        data = self.tables.unresolved[["source", "sentence", "text", "candidates"]]
        text = f"{count(len(data), 'mention')} unresolved." if len(data) else "Every name fits one actor only."
        return self.answer("unresolved", data, text, top=20 if len(data) else 0)

    def checks(self):
        """What is missing or odd in the study and its codebook?"""
        data = check.findings(self.study, self.whole)
        text = f"{count(len(data), 'finding')}." if len(data) else "Nothing is odd."
        return self.answer("checks", data, text, top=60)

    # --- Framing

    def frames(self, generic=False):
        """Which frames does each source use?"""
        level = {key: frame.generic.capitalize() for key, frame in self.book.frames.items() if frame.generic}
        level = level if generic else None
        data = compare.frame_shares(self.tables.frames, self.sentences, self.voice, level, seed=self.seed)
        title = "Which generic news frames does each source use?" if generic else "Which frames does each source use?"
        figure = charts.frame_shares(data, self.labels["frame"], title)
        text = leading(data, "frame", self.labels["frame"])
        folds = None if generic else lambda: self.folds(self.counted.frames, "frame", label="frame")
        return self.answer("frames_generic" if generic else "frames_by_source", data, text, figure, folds=folds)

    def frame_tests(self):
        """Which differences between the sources are more than chance?"""
        data = compare.frame_tests(self.tables.frames, self.sentences, seed=self.seed).sort_values("p")
        clear = data[data["q"] < ALPHA]
        text = f"Sources differ more than chance allows in: {self.frames_named(clear)}" if len(clear) else NO_DIFFERENCE
        return self.answer("frame_tests", data, f"{text} (q < {ALPHA}).")

    def frame_voices(self):
        """Does a frame come in the source's own voice, or in the voices it quotes?"""
        whole = self.whole.select(self.sources)
        shares = {voice: compare.frame_shares(whole.frames, whole.sentences, voice, seed=self.seed)
                  for voice in ("own", "attributed")}
        total = pd.DataFrame({voice: data.groupby("frame", sort=False)["k"].sum() for voice, data in shares.items()},
                             columns=["own", "attributed"]).rename_axis("frame")
        total["own share"] = total["own"] / total.sum(axis=1)
        total = total.sort_values("own share").reset_index()
        quoted = total[total["own share"] < 0.5]
        text = (f"More in quoted voices than in the sources' own: {self.frames_named(quoted)}."
                if len(quoted) else "Every frame comes more in the sources' own voice than in the voices they quote.")
        return self.answer("frame_voices", total, text)

    def frames_named(self, rows):
        """List the frames of some rows by their names."""
        return listed(self.label(frame, "frame") for frame in rows["frame"])

    def frame_parts(self):
        """Do headlines and headings frame it as the text under them does?"""
        sentences = self.counted.sentences
        heads = sentences["kind"].isin(("headline", "heading"))
        data = {}
        for part, mine in (("headings", heads), ("body", ~heads)):
            shares = compare.frame_shares(self.tables.frames, sentences[mine], seed=self.seed)
            data[part] = shares.groupby("frame", sort=False)[["k", "n"]].sum().add_prefix(f"{part} ")
        data = pd.concat(data.values(), axis=1).reset_index()
        for part in ("headings", "body"):
            data[f"{part} share"] = compare.ratio(data[f"{part} k"], data[f"{part} n"])
        gap = (data["headings share"] - data["body share"]).abs().dropna().nlargest(1).index
        texts = [f"The widest gap: {self.label(row['frame'], 'frame')}: {pct(row['headings share'])} of headings, "
                 f"{pct(row['body share'])} of other sentences" for row in data.loc[gap].to_dict("records")]
        return self.answer("frame_parts", data, told(texts, "No headings."))

    def frame_overlap(self):
        """Which frames come together?"""
        data = compare.frame_overlap(self.tables.frames, self.sentences).sort_values("jaccard", ascending=False)
        always = data[data["always"]]
        pairs = listed(f"{self.label(r.a, 'frame')} with {self.label(r.b, 'frame')}" for r in always.itertuples())
        text = f"Always together: {pairs}." if len(always) else "No two frames always fire together."
        data = data.assign(a=data["a"].map(partial(self.label, column="frame")),
                           b=data["b"].map(partial(self.label, column="frame")))
        return self.answer("frame_overlap", data, text, top=8)

    def uncovered(self):
        """What share of sentences does no frame cover?"""
        data = compare.uncovered(self.tables.frames, self.sentences)
        k, n = data["k"].sum(), data["n"].sum()
        rows = self.counted.sentences
        rows = rows[~rows["sentence"].isin(self.tables.frames["sentence"])]
        return self.answer("uncovered", data, f"No frame covers {k} of {n} sentences ({pct(k / n if n else 0)}).",
                           folds=lambda: [self.evidence(rows, "Sentences without a frame")])

    def words(self, type="lemma", names=False):
        """Which words set each source apart?"""
        least = 2 if type == "phrase" else 3  # a phrase returns more rarely than a word
        data = compare.distinctive(self.tables.words, self.sentences, type, names, least)
        what = "phrases" if type == "phrase" else "words"
        figure = charts.distinctive(data, f"Which {what} set each source apart from the others?")
        first = data.drop_duplicates("source")
        text = told((f"{r.source}: “{r.term}” ({r.k} of {r.k + r.others}, z {r.z:.1f})" for r in first.itertuples()),
                    f"No {what} are used often enough.")
        return self.answer(f"{what}_by_source", data, text, figure)

    def naming(self):
        """What does each source call the same thing?"""
        data = compare.naming(self.tables.words, self.sentences, self.book.naming)
        figure = charts.naming(data)
        best = data[data["k"] > 0].sort_values("k", ascending=False, kind="stable").drop_duplicates(["set", "source"])
        text = told((f"{name}: " + ", ".join(f"{r.source} “{r.name}” ({r.k})" for r in rows.itertuples(index=False))
                     for name, rows in best.groupby("set", sort=False)), "The codebook has no names to compare.")
        return self.answer("naming", data, text, figure)

    def titles(self):
        """With which titles and modifiers do the sources name people and media?"""
        data = compare.titles(self.counted.mentions).sort_values(["actor", "source", "modifier"])
        several = data.groupby("actor")["modifier"].nunique()
        several = several[several > 1].sort_values(ascending=False, kind="stable")
        ways = {actor: data[data["actor"] == actor]["modifier"].unique()[:4] for actor in several.index[:3]}
        text = told((f"{self.label(actor)} is “{'”, “'.join(found)}”" for actor, found in ways.items()),
                    "Nobody is named in two ways.")
        return self.answer("titles", data, text, top=30)

    def speakers(self, by="group"):
        """Who speaks in each source, by group or by speaker?"""
        rows = self.counted.statements
        if by == "speaker":
            data = compare.speakers(rows[rows["speaker"] != ""], by).sort_values("k", ascending=False, kind="stable")
            data = data[data["k"] > 0]
            return self.answer("speakers_named", data, leading(data, by, self.labels[by], "gives most statements to"),
                               columns=["source", "speaker", "k", "n"], top=15)
        data = compare.speakers(rows, "group")
        figure = charts.speakers(data, self.labels["actor"])
        text = leading(data, "group", self.labels["group"], "gives most statements to")
        return self.answer("speakers", data, text, figure, folds=lambda: self.folds(rows, "group", speaking(rows)))

    def verbs(self):
        """With what kind of verb does each source report?"""
        rows = self.counted.statements
        data = compare.verbs(rows)
        figure = charts.verbs(data)
        rows = rows[rows["effect"] != "neutral"]
        rest = data[data["effect"] != "neutral"].groupby("effect")["k"].sum()
        k, n = int(rest.sum()), int(data["k"].sum())
        text = (f"{k} of {n} statements come with a verb that is not neutral: "
                + ", ".join(f"{effect} {times}" for effect, times in rest.items() if times) + ".")
        return self.answer("reporting_verbs", data, text if n else "Nobody is quoted.", figure,
                           folds=lambda: self.folds(rows, "effect", speaking(rows)))

    def absences(self):
        """What do the others have that a source has not?"""
        data = compare.absences(self.sentences, self.acting, self.tables.frames, self.counted.stances)
        odd = data[data["chance"] < ALPHA]
        text = told((f"{r.source} has no {r.what} “{self.label(r.item, 'item')}” (chance {r.chance:.1%})"
                     for r in odd.head(3).itertuples()), NOTHING_ODD)
        return self.answer("absences", data, text, top=15)

    # --- Stance

    def stance(self):
        """Where does each source stand on the narrative, and where do those it quotes?"""
        rows = self.counted.stances
        data = compare.stance_shares(rows, self.sentences)
        figure = charts.stance_shares(data, self.claim)
        lead = foremost(data[(data["part"] == "all") & (data["n"] >= LEAST)], ["source", "voice"])
        lead = lead.sort_values("k", ascending=False, kind="stable").replace({"value": DOES, "voice": VOICE})
        text = told((f"in its {voice}, " + ", ".join(f"{r.source} most often {r.value} ({r.k} of {r.n})"
                                                     for r in mine.itertuples())
                     for voice, mine in lead.groupby("voice", sort=False)), "No source takes positions enough to say.")
        whose = rows["source"] + rows["holder_group"].eq("source").map({True: ", own voice", False: ", quoted voices"})
        return self.answer("stance_by_source", data, text, figure, folds=self.positions("whose", whose))

    def positions(self, by, values=None):
        """Return what folds the positions by a column, or by `values` under its name, with their marks."""
        rows = self.counted.stances if values is None else self.counted.stances.assign(**{by: values})
        return lambda: self.folds(rows, by, self.marks(rows))

    def marks(self, stances):
        """What to mark in sentences with a stance: the cue, the reporting words, the speaker."""
        said = self.tables.statements[self.tables.statements["sentence"].isin(stances["sentence"])]
        cues = stances[["file", "start", "end"]].assign(label="cue")
        spans = stances[["file"]].assign(span=stances["operators"].str.split()).explode("span").dropna(subset=["span"])
        ends = spans["span"].str.split("-", expand=True).reindex(columns=[0, 1]).astype("int64")
        operators = spans[["file"]].assign(start=ends[0], end=ends[1], label="operator")
        return pd.concat([cues, operators, speaking(said)], ignore_index=True)

    def stance_rows(self):
        """What fired, sentence by sentence?"""
        data = self.counted.stances[["sentence", "source", "holder", "value", "argument", "text", "because"]]
        data = data.rename(columns={"value": "of the claim"})
        return self.answer("stance_rows", data, f"{count(len(data), 'position')} taken.", top=100)

    def stance_parts(self):
        """Do headlines and headings take other positions than the text under them?"""
        values = list(compare.VALUES)
        data = compare.stance_shares(self.counted.stances, self.sentences)
        data = data[data["part"] != "all"].groupby(["source", "part", "value"], sort=False)["k"].sum().unstack()
        data = data.reindex(columns=values).rename_axis(columns=None).reset_index()
        heads = data[data["part"] == "heading"][values].sum().astype(int)
        text = "In headlines and headings: " + ", ".join(f"{n} {value}" for value, n in heads.items()) + "."
        return self.answer("stance_parts", data, text, top=40)

    def stance_index(self):
        """One number a source, beside the shares that it is made of."""
        data = compare.stance_index(self.counted.stances, self.sentences, seed=self.seed)
        few = data[(data["voice"] == "all") & data["index"].isna()]
        sources = listed(f"{r.source} ({r.n})" for r in few.itertuples())
        text = (f"Too few positions for an index: {sources}." if len(few)
                else "Every source takes enough positions for an index over both voices.")
        return self.answer("stance_index", data, text, top=60)

    def holders(self):
        """Who affirms the narrative, and who denies it?"""
        data = compare.holders(self.counted.stances)[["holder_group", "holder", "value", "k", "n", "share"]]
        data = self.named(data)
        figure = charts.holders(data, self.labels["actor"], self.claim)
        total = data.groupby(["holder_group", "value"])["k"].sum().reset_index()
        total = total.assign(n=total.groupby("holder_group")["k"].transform("sum"))
        lead = foremost(total[total["n"] >= LEAST], ["holder_group"]).sort_values("n", ascending=False, kind="stable")
        text = told((f"{self.label(r.holder_group)}: most often {r.value} ({r.k} of {r.n})" for r in lead.itertuples()),
                    "No side takes positions enough to say.")
        return self.answer("stance_by_holder", data, text, figure, folds=self.positions("holder_group"))

    def arguments(self):
        """With which arguments?"""
        data = compare.arguments(self.counted.stances)
        figure = charts.arguments(data, self.labels["argument"], self.claim)
        used = data.groupby(["side", "argument"])["k"].sum().sort_values(ascending=False, kind="stable")
        first = {side: [f"{self.label(argument, 'argument')} ({k})" for (_, argument), k in rows.head(3).items() if k]
                 for side, rows in used.groupby("side", sort=False)}
        text = told((f"{side}: {listed(names)}" for side, names in first.items()), "No argument is used.")
        return self.answer("arguments", data, text, figure, folds=self.positions("argument"))

    def strip(self):
        """Where in each story does stance appear?"""
        data = compare.stance_positions(self.counted.stances, self.sentences)
        figure = charts.strip(data, self.claim)
        mean = data.groupby("source", sort=False)["position"].mean()
        text = ("Mean place of a position, from first sentence (0) to last (1): "
                + ", ".join(f"{source} {value:.2f}" for source, value in mean.items()) + ".")
        return self.answer("stance_strip", data, text if len(data) else NO_POSITION, figure)

    # --- Actors

    def coverage(self):
        """Which source names which actor, and who is left out?"""
        data = compare.coverage(self.acting, self.sentences)
        figure = charts.coverage(data, self.labels["actor"])
        odd = data[data["chance"] < ALPHA].sort_values("chance").head(4)
        text = told((f"{r.source} never names {self.label(r.actor)}" for r in odd.itertuples()), NOTHING_ODD,
                    "Left out although length does not explain it: ")
        return self.answer("coverage", data, text, figure,
                           folds=lambda: self.folds(self.acting, "actor", label="actor"))

    def pairs(self, level="actor"):
        """Return the pairs of actors, or of their groups, by source and pooled."""
        if level not in self.paired:
            self.paired[level] = cooccurrence.pairs(self.tables.mentions, self.sentences, self.window, level,
                                                    self.groups, seed=self.seed)
        return self.paired[level]

    def pair_matrix(self, level="actor"):
        """Which actors appear together?"""
        data = self.pairs(level)
        title = "Who appears with whom?" if level == "actor" else "Which sides appear together?"
        figure = charts.pair_matrix(data, cooccurrence.order(data), labels=self.labels["actor"], title=title)
        pooled = data[data["source"] == "all"].sort_values("n_ab", ascending=False, kind="stable")
        clear = pooled[~pooled["within"] & (pooled["q"] < ALPHA)]
        names = listed(f"{self.label(r.a)} and {self.label(r.b)} ({r.n_ab} of {r.n})"
                       for r in clear.head(5).itertuples())
        text = (f"Together more often than chance, of different groups: {names}." if len(clear)
                else "No two actors of different groups appear together more often than chance.")
        pairs = pooled.head(PAIRS)
        return self.answer("pair_matrix" if level == "actor" else "group_matrix", data, text, figure,
                           folds=lambda: [self.pair_sentences(r.a, r.b, level) for r in pairs.itertuples()])

    def pair_sentences(self, a, b, level):
        """Return the folded sentences (or the stories' sentences) in which two actors occur."""
        rows = self.acting
        keys = rows["actor"] if level == "actor" else rows["actor"].map(self.groups)
        unit = "sentence" if self.window == "sentence" else "story"
        both = set(rows[unit][keys == a]) & set(rows[unit][keys == b])
        mine = rows[rows[unit].isin(both) & keys.isin([a, b])]
        return self.evidence(mine, f"{self.label(a)} and {self.label(b)}", mine, "actor")

    def network(self):
        """Who stands next to whom in each source?"""
        data = self.pairs()
        figure = charts.network(data, cooccurrence.layout(data), labels=self.labels["actor"])
        ties = data[(data["source"] != "all") & (data["q"] < ALPHA)].groupby("source", sort=False).size()
        sources = ", ".join(f"{source} {ties.get(source, 0)}" for source in self.names)
        text = f"Pairs that pass the test (q < {ALPHA}): {sources}."
        return self.answer("network", data, text, figure)

    def difference(self, first=None, second=None):
        """Which pairs appear more in one source than in another?"""
        names = self.names
        for wanted in (first, second):
            if wanted is not None and wanted not in names:
                raise StudyError(f"difference: {wanted!r} is not among the sources; allowed: {', '.join(names)}")
        longest = list(self.counted.sentences["source"].value_counts().index)
        if not longest:
            return self.answer("difference", pd.DataFrame(), "No sentence counts, so nothing differs.", top=0)
        first = first or longest[0]
        second = second or next((source for source in longest if source != first), longest[0])
        data = cooccurrence.difference(self.tables.mentions, self.sentences, first, second, self.window,
                                       groups=self.groups, seed=self.seed)
        figure = charts.difference(data, first, second, self.labels["actor"])
        clear = data[data["verdict"].str.startswith("more")]
        text = "no pair differs clearly."
        if len(clear):
            a, b = (self.label(clear.iloc[0][key]) for key in ("actor_a", "actor_b"))
            text = f"{count(len(clear), 'pair')} differ clearly, first of all {a} and {b}."
        return self.answer("difference", data, f"{first} against {second}: {text}", figure)

    def who_acts(self):
        """Who acts, and who is acted upon?"""
        data = compare.who_acts(self.counted.deeds)
        figure = charts.who_acts(data, self.labels["actor"])
        total = data.groupby("actor", sort=False)[["acts", "acted_upon"]].sum()
        total = total[total.sum(axis=1) >= LEAST]
        total = total.assign(n=total.sum(axis=1))
        total = total.assign(share=total["acts"] / total["n"]).sort_values("share", kind="stable")
        ends = total.iloc[[-1, 0]].itertuples() if len(total) > 1 else ()
        text = told((f"{self.label(r.Index)} acts in {r.acts} of {r.n} deeds" for r in ends), "Too few deeds to say.")
        return self.answer("who_acts", data, text, figure)

    def verbs_between(self):
        """What do the actors do to each other?"""
        rows = self.counted.deeds
        data = between(compare.verbs_between(rows)).reset_index(drop=True)
        rows = between(rows)
        text = ", ".join(f"{self.label(r.subject)} {'not ' if r.negated else ''}{r.verb} {self.label(r.object)} "
                      f"({r.k}, {r.source})" for r in data.head(3).itertuples())
        folds = (lambda: [self.evidence(rows, "Who does what to whom", rows, "cue")]) if len(rows) else None
        text = f"{text}." if text else "No actor does anything to another."
        return self.answer("verbs_between", data, text, top=20, folds=folds)

    # --- Trust

    def accuracy(self, brief=False):
        """How good is each step, on this study's labels? (`brief`: one row a step)"""
        columns = ["step", "measure", "value", "low", "high", "n"]
        if self.study.labels is None:
            return self.answer("accuracy", pd.DataFrame(columns=columns),
                               "This study has no labels, so nothing of its accuracy is known.", top=0)
        data = trust.accuracy(self.whole, self.study.labels, seed=self.seed)
        weak = data[data["measure"].str.endswith("F1")].sort_values("value").head(3)
        text = listed(f"{r.step} {r.measure} {r.value:.2f} ({r.low:.2f} to {r.high:.2f})" for r in weak.itertuples())
        if brief:
            main = ("F1", "accuracy", "found", "cue and speaker: F1", "own voice: F1", "macro F1")
            data = data[data["measure"].isin(main)]
        return self.answer("accuracy", data, f"Weakest: {text}.", columns=columns, top=100)

    def errors(self, step):
        """Where is a step wrong?"""
        if self.study.labels is None:
            return self.answer(f"errors_{step}", pd.DataFrame(), "This study has no labels.", top=0)
        data = trust.errors(self.whole, self.study.labels, step)
        text = f"{step}: {count(len(data), 'error')} against the labels."
        return self.answer(f"errors_{step.replace(' ', '_')}", data, text, top=15)

    def provenance(self):
        """Return what made this page."""
        return show.provenance(self.study, {"sources": self.sources, "voice": self.voice, "window": self.window,
                                            "model": self.model, "seed": self.seed})

    def figures(self):
        """Yield the answers that have a figure."""
        for question in (self.overview, self.frames, partial(self.frames, generic=True), self.words,
                         partial(self.words, "phrase"), self.naming, self.speakers, self.verbs, self.stance,
                         self.holders, self.arguments, self.strip, self.coverage, self.pair_matrix,
                         partial(self.pair_matrix, "group"), self.network, self.difference, self.who_acts):
            yield question()


def allowed(name, value, values):
    """Raise StudyError unless a parameter has one of its values."""
    if value not in values:
        raise StudyError(f"{name}: {value!r}; allowed: {', '.join(values)}")


def labels(book):
    """Return {column: {key: name to show}} of a codebook."""
    narrative = book.narrative.arguments if book.narrative else {}
    actor = {"source": "The sources' own voice", "other": "Others", "expert": "Experts", "media": "Media"}
    actor |= {key: one.name for key, one in book.actors.items()} | book.groups
    frame = {key: one.label or key for key, one in book.frames.items()}
    argument = {key: one.label or key for key, one in narrative.items()}
    columns = "actor actor_a actor_b a b subject object speaker holder group holder_group".split()
    return {"frame": frame, "argument": argument, "item": argument | frame | actor, **dict.fromkeys(columns, actor)}


def speaking(statements):
    """Return the marks of statements: who speaks and the reporting words, both as voice."""
    parts = [statements[["file", f"{part}_start", f"{part}_end"]].dropna().set_axis(["file", "start", "end"], axis=1)
             .assign(label="voice") for part in ("speaker", "cue")]
    return pd.concat(parts, ignore_index=True)


def foremost(data, by):
    """Return for each group the row with the largest k; none where several are even, or all are 0."""
    top = data[(data["k"] > 0) & (data["k"] == data.groupby(by)["k"].transform("max"))]
    return top[~top.duplicated(by, keep=False)]


def leading(data, item, labels, verb="uses most"):
    """Say for each source which item has the largest share, the sources in the order of the table."""
    best = {row["source"]: row for row in foremost(data, ["source"]).to_dict("records")}
    return told((f"{source} {verb} {labels.get(best[source][item], best[source][item])} "
                 f"({best[source]['k']} of {best[source]['n']})"
                 for source in data["source"].unique() if source in best), "Nothing was found.")


def between(deeds):
    """Keep the deeds of one actor to another."""
    return deeds[(deeds["subject"] != "") & (deeds["object"] != "")]


def told(parts, otherwise, before=""):
    """Make a sentence of the parts of a result; `otherwise` when there are none."""
    text = "; ".join(parts)
    return f"{before}{text}." if text else otherwise


def listed(items):
    """List items as in a sentence: "a, b and c"; "none"."""
    *items, last = list(items) or ["none"]
    return f"{', '.join(items)} and {last}" if items else last


def count(n, noun):
    """Write a number with its noun: "1 pair", "2 pairs"."""
    return f"{n} {noun}{'' if n == 1 else 's'}"


def pct(share):
    """Write a share in percent."""
    return f"{share:.0%}"
