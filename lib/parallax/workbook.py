"""The questions that the notebooks ask: one method a question, each with its table, figure, result and sentences.

The statistics are in `compare` and `cooccurrence`, the drawing in `charts`; here they meet, and the result is put
into a sentence that is computed from the table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from parallax import charts, check, compare, cooccurrence, pipeline, show, tables, trust
from parallax.study import StudyError, load

PAIRS = 30  # pairs of actors whose sentences are folded under the matrix
FOLD = 25  # sentences shown under one number; all of them are in the tables
ALPHA = 0.05
LEAST = 5  # positions below which a source is not summed up
NO_GENERIC = "none of the generic frames"


@dataclass
class Answer:
    """What came out of one question.

    Attributes
    ----------
    name : str
        The stem of its files.
    data : pandas.DataFrame
        The tidy table that the figure was drawn from.
    parts : callable
        Makes what there is to show: the result in a sentence, the figure, the table, the sentences behind it.

    ``display(*answer)`` shows all of it.
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

    def __init__(self, study="seeds", sources=(), voice="all", window="sentence", model=pipeline.MODEL,
                 seed=0, out=""):
        allowed("window", window, ("sentence", "story"))
        if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
            raise StudyError(f"seed: {seed!r}; allowed: a whole number, 0 or more")
        if isinstance(sources, str):
            sources = [part.strip() for part in sources.split(",") if part.strip()]
        self.study = load(study)
        self.sources, self.voice, self.window = list(sources), voice, window
        self.model, self.seed, self.out = model, seed, out
        self.whole = tables.build(self.study, model)
        self.tables = self.whole.select(self.sources, voice)
        self.book = self.study.codebook
        self.paired = {}
        self.groups = {key: actor.group for key, actor in self.book.actors.items()}
        self.labels = labels(self.book)
        self.claim = self.book.narrative.claim if self.book.narrative else ""

    @cached_property
    def counted(self):
        """The tables with only the rows that stand in counted sentences."""
        kept = {name: compare.kept(table, self.tables.sentences) if "sentence" in table else table
                for name, table in self.tables.items()}
        return tables.Tables(**kept)

    def answer(self, name, data, takeaway, figure=None, alt="", caption="", columns=None, top=12, folds=None):
        """Put together what one question shows, and write its files when there is a folder to write to."""
        if figure is not None and self.out:
            charts.save(figure, data, Path(self.out), name)

        def parts():
            yield show.takeaway(takeaway[:1].upper() + takeaway[1:])
            if figure is not None:
                yield show.show(figure, alt or takeaway, data, caption)
            if top:
                small = data if columns is None else data[columns]
                yield show.table(self.named(small.head(top)), f"The first {top} of {len(small)} rows." if len(small) > top else "")
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

    def folds(self, rows, by, marks=None, label="", limit=FOLD, most=12):
        """Return folded sentences, one fold for each value of a column, the most frequent first."""
        out = []
        for key in rows[by].value_counts(sort=True).index[:most]:
            mine = rows[rows[by] == key]
            out.append(self.evidence(mine, self.label(key, by), marks if marks is not None else mine, label, limit))
        return out

    def evidence(self, rows, summary, marks=None, label="", limit=FOLD):
        """Return the folded sentences that some rows stand in, with marks."""
        sentences = self.tables.sentences
        sentences = sentences[sentences["sentence"].isin(rows["sentence"])]
        if marks is not None and "label" not in marks:
            marks = marks.assign(label=label)
        return show.evidence(sentences, marks, limit, summary)

    # --- Overview and sources

    def overview(self):
        """How do the sources compare at a glance?"""
        frames = compare.frame_shares(self.tables.frames, self.tables.sentences, self.voice, seed=self.seed)
        stance = compare.stance_shares(self.counted.stances, self.tables.sentences)
        cover = compare.coverage(self.tables.mentions, self.tables.sentences)
        figure = charts.overview(frames, stance, cover, self.labels["item"], self.claim)
        n = len(compare.counted(self.tables.sentences))
        text = f"{count(n, 'sentence')} in {count(len(self.documents_ok), 'document')} of {count(len(self.names), 'source')}; "
        text += leading(frames, "frame", self.labels["frame"])
        data = pd.concat([frames.assign(what="frame").rename(columns={"frame": "item"}),
                          stance.assign(what="stance " + stance["voice"] + " " + stance["part"]).rename(columns={"value": "item"}),
                          cover.assign(what="actor").rename(columns={"actor": "item"})], ignore_index=True)
        return self.answer("overview", data[["what", "source", "item", "k", "n", "share", "low", "high"]], text, figure, top=0)

    @property
    def names(self):
        """The sources in view."""
        return compare.sources(self.tables.sentences)

    @property
    def documents_ok(self):
        return self.tables.documents[self.tables.documents["status"] == "ok"]

    def documents(self):
        """What was read, and what could not be?"""
        data = self.tables.documents[["file", "source", "outlet", "published", "words", "stories", "status", "problem"]]
        odd = data[data["problem"] != ""]
        text = f"{count(len(self.documents_ok), 'document')} read, {count(int((data['status'] != 'ok').sum()), 'document')} skipped"
        text += f"; something is odd in {count(len(odd), 'document')}." if len(odd) else "."
        return self.answer("documents", data, text, top=50)

    def kinds(self):
        """Of what kinds of sentence is each source made?"""
        data = self.tables.sentences.groupby(["source", "kind"], sort=False).size().unstack(fill_value=0).reset_index()
        data.columns.name = None
        again = int(self.tables.sentences["copy_of"].ne("").sum())
        text = f"{count(len(compare.counted(self.tables.sentences)), 'sentence')} count; "
        text += f"{count(again, 'sentence')} had stood in the same document before."
        return self.answer("kinds", data, text, top=50)

    def syndicated(self):
        """Which sentences stand in several sources, word for word?"""
        rows = compare.counted(self.tables.sentences)
        shared = rows.groupby("text")["source"].nunique()
        data = rows[rows["text"].isin(shared[shared > 1].index)][["text", "source", "sentence"]].sort_values("text")
        text = (f"{count(int((shared > 1).sum()), 'sentence')} of {len(shared)} stand in more than one source"
                + ("; those are one voice, not several." if (shared > 1).any() else "."))
        return self.answer("syndicated", data, text, top=10 if len(data) else 0)

    def candidates(self):
        """Whom do the texts name that the codebook does not list?"""
        data = check.candidates(self.study, self.model)
        text = (f"Most named and not in the codebook: {listed(data['name'].head(5))}." if len(data)
                else "The texts name nobody else.")
        return self.answer("candidates", data, text)

    def checks(self):
        """What is missing or odd in the study and its codebook?"""
        data = check.findings(self.study, self.whole)
        return self.answer("checks", data, f"{count(len(data), 'finding')}." if len(data) else "Nothing is odd.", top=60)

    # --- Framing

    def frames(self, generic=False):
        """Which frames does each source use?"""
        level = {key: frame.generic or NO_GENERIC for key, frame in self.book.frames.items()} if generic else None
        data = compare.frame_shares(self.tables.frames, self.tables.sentences, self.voice, level, seed=self.seed)
        title = "Which generic news frames does each source use?" if generic else "Which frames does each source use?"
        figure = charts.frame_shares(data, self.labels["frame"], title)
        text = leading(data[data["frame"] != NO_GENERIC], "frame", self.labels["frame"])
        folds = None if generic else lambda: self.folds(self.counted.frames, "frame", label="frame")
        return self.answer("frames_generic" if generic else "frames_by_source", data, text, figure, top=0, folds=folds)

    def frame_tests(self):
        """Which differences between the sources are more than chance?"""
        data = compare.frame_tests(self.tables.frames, self.tables.sentences, seed=self.seed).sort_values("p")
        clear = data[data["q"] < ALPHA]
        text = (f"Sources differ more than chance allows in: {listed(self.label(f, 'frame') for f in clear['frame'])} (q < {ALPHA})."
                if len(clear) else f"In no frame do the sources differ more than chance allows (q < {ALPHA}).")
        return self.answer("frame_tests", data, text)

    def frame_voices(self):
        """Does a frame come in the source's own voice, or in the voices it quotes?"""
        whole = self.whole.select(self.sources)
        parts = [compare.frame_shares(whole.frames, whole.sentences, voice, seed=self.seed).assign(voice=voice)
                 for voice in ("own", "attributed")]
        data = pd.concat(parts, ignore_index=True)
        total = data.groupby(["frame", "voice"], sort=False)["k"].sum().unstack()
        total["own share"] = total["own"] / total.sum(axis=1)
        total = total.sort_values("own share").reset_index()
        total.columns.name = None
        quoted = total[total["own share"] < 0.5]["frame"]
        text = (f"More in quoted voices than in the sources' own: {listed(self.label(f, 'frame') for f in quoted)}."
                if len(quoted) else "Every frame comes more in the sources' own voice than in the voices they quote.")
        return self.answer("frame_voices", total, text)

    def frame_parts(self):
        """Do headlines and headings frame it as the text under them does?"""
        sentences = compare.counted(self.tables.sentences)
        heads = sentences["kind"].isin(("headline", "heading"))
        parts = [compare.frame_shares(self.tables.frames, sentences[mine], seed=self.seed).groupby("frame", sort=False)[["k", "n"]]
                 .sum().add_prefix(f"{name} ") for name, mine in (("headings", heads), ("body", ~heads))]
        data = pd.concat(parts, axis=1).reset_index()
        for name in ("headings", "body"):
            data[f"{name} share"] = compare.ratio(data[f"{name} k"], data[f"{name} n"])
        gap = data.assign(gap=(data["headings share"] - data["body share"]).abs()).nlargest(1, "gap")
        text = "; ".join(f"{self.label(r.frame, 'frame')}: {pct(r._5)} of headings, {pct(r._6)} of other sentences"
                         for r in gap.itertuples(index=False)) or "No headings"
        return self.answer("frame_parts", data, f"The widest gap: {text}." if len(gap) else f"{text}.")

    def frame_overlap(self):
        """Which frames come together?"""
        data = compare.frame_overlap(self.tables.frames, self.tables.sentences).sort_values("jaccard", ascending=False)
        always = data[data["always"]]
        text = (f"Always together: {listed(f'{self.label(r.a)} with {self.label(r.b)}' for r in always.itertuples())}."
                if len(always) else "No two frames always fire together.")
        return self.answer("frame_overlap", data, text, top=8)

    def uncovered(self):
        """What share of sentences does no frame cover?"""
        data = compare.uncovered(self.tables.frames, self.tables.sentences)
        k, n = data["k"].sum(), data["n"].sum()
        rows = compare.counted(self.tables.sentences)
        rows = rows[~rows["sentence"].isin(self.tables.frames["sentence"])]
        return self.answer("uncovered", data, f"No frame covers {k} of {n} sentences ({pct(k / n if n else 0)}).",
                           folds=lambda: [self.evidence(rows, "Sentences without a frame")])

    def words(self, type="lemma", names=False):
        """Which words set each source apart?"""
        data = compare.distinctive(self.tables.words, self.tables.sentences, type, names)
        what = "phrases" if type == "phrase" else "words"
        figure = charts.distinctive(data, f"Which {what} set each source apart from the others?")
        first = data.drop_duplicates("source")
        text = "; ".join(f"{r.source}: “{r.term}” ({r.k} of {r.k + r.others}, z {r.z:.1f})" for r in first.itertuples())
        return self.answer(f"{what}_by_source", data, f"{text}." if text else f"No {what} are used often enough.", figure, top=0)

    def naming(self):
        """What does each source call the same thing?"""
        data = compare.naming(self.tables.words, self.tables.sentences, self.book.naming)
        figure = charts.naming(data)
        best = data[data["k"] > 0].sort_values("k", ascending=False, kind="stable").drop_duplicates(["set", "source"])
        text = "; ".join(f"{name}: " + ", ".join(f"{r.source} “{r.name}” ({r.k})" for r in rows.itertuples(index=False))
                         for name, rows in best.groupby("set", sort=False))
        return self.answer("naming", data, f"{text}." if text else "The codebook has no names to compare.", figure, top=0)

    def titles(self):
        """With which titles and modifiers do the sources name people and media?"""
        data = compare.titles(self.counted.mentions).sort_values(["actor", "source", "modifier"])
        several = data.groupby("actor")["modifier"].nunique()
        several = several[several > 1].sort_values(ascending=False, kind="stable")
        text = "; ".join(f"{self.label(actor)} is “{'”, “'.join(data[data['actor'] == actor]['modifier'].unique()[:4])}”"
                         for actor in several.index[:3])
        return self.answer("titles", data, f"{text}." if text else "Nobody is named in two ways.", top=30)

    def speakers(self):
        """Who speaks in each source?"""
        data = compare.speakers(self.counted.statements, "group")
        figure = charts.speakers(data, self.labels["actor"])
        text = leading(data, "group", self.labels["group"], "gives most statements to")
        marks = speaking(self.counted.statements)
        return self.answer("speakers", data, text, figure, top=0, folds=lambda: self.folds(self.counted.statements, "group", marks))

    def verbs(self):
        """With what kind of verb does each source report?"""
        data = compare.verbs(self.counted.statements)
        figure = charts.verbs(data)
        rest = data[data["effect"] != "neutral"].groupby("effect")["k"].sum()
        k, n = int(rest.sum()), int(data["k"].sum())
        text = f"{k} of {n} statements come with a verb that is not neutral: " + ", ".join(f"{e} {v}" for e, v in rest.items() if v)
        rows = self.counted.statements[self.counted.statements["effect"] != "neutral"]
        return self.answer("reporting_verbs", data, f"{text}." if n else "Nobody is quoted.", figure, top=0,
                           folds=lambda: self.folds(rows, "effect", speaking(rows)))

    def absences(self):
        """What do the others have that a source has not?"""
        data = compare.absences(self.tables.sentences, self.tables.mentions, self.tables.frames, self.counted.stances)
        odd = data[data["chance"] < ALPHA]
        text = "; ".join(f"{r.source} has no {r.what} “{self.label(r.item, 'item')}” (chance {r.chance:.1%})"
                         for r in odd.head(3).itertuples())
        return self.answer("absences", data, f"{text}." if text else "No absence is odder than its source is short.", top=15)

    # --- Stance

    def stance(self):
        """Where does each source stand on the narrative, and where do those it quotes?"""
        data = compare.stance_shares(self.counted.stances, self.tables.sentences)
        figure = charts.stance_shares(data, self.claim)
        whole = data[(data["part"] == "all") & (data["n"] >= LEAST)].sort_values("k", ascending=False, kind="stable")
        whole = whole[~whole.duplicated(["source", "voice", "k"], keep=False)]  # two values that are even lead nobody
        text = "; ".join(f"in its {voice}, " + ", ".join(f"{r.source} most often {r.value}s ({r.k} of {r.n})".replace("denys", "denies")
                                                         for r in rows.drop_duplicates("source").itertuples())
                         for voice, rows in whole.replace({"voice": {"own": "own voice", "quoted": "quoted voices"}})
                         .groupby("voice", sort=False))
        rows = self.counted.stances
        rows = rows.assign(whose=rows["source"] + rows["holder_group"].eq("source").map({True: ", own voice", False: ", quoted voices"}))
        return self.answer("stance_by_source", data, f"{text}." if text else "No source takes positions enough to say.", figure, top=0,
                           folds=lambda: self.folds(rows, "whose", self.marks(rows)))

    def marks(self, stances):
        """What to mark in sentences with a stance: the cue, the reporting words, the speaker."""
        said = self.tables.statements[self.tables.statements["sentence"].isin(stances["sentence"])]
        operators = stances.assign(span=stances["operators"].str.split()).explode("span").dropna(subset=["span"])
        ends = operators["span"].str.split("-", expand=True).reindex(columns=[0, 1]).astype("int64")
        operators = operators[["file"]].assign(start=ends[0], end=ends[1], label="operator")
        return pd.concat([stances[["file", "start", "end"]].assign(label="cue"), operators, speaking(said)], ignore_index=True)

    def stance_rows(self):
        """What fired, sentence by sentence?"""
        data = self.counted.stances[["sentence", "source", "holder", "value", "argument", "text", "because"]]
        return self.answer("stance_rows", data, f"{count(len(data), 'position')} taken.", top=100)

    def stance_parts(self):
        """Do headlines and headings take other positions than the text under them?"""
        data = compare.stance_shares(self.counted.stances, self.tables.sentences)
        data = data[data["part"] != "all"].pivot_table(index=["source", "part"], columns="value", values="k", aggfunc="sum",
                                                       sort=False).reindex(columns=list(compare.VALUES)).reset_index()
        data.columns.name = None
        heads = data[data["part"] == "heading"][list(compare.VALUES)].sum().astype(int)
        text = "In headlines and headings: " + ", ".join(f"{n} {value}" for value, n in heads.items()) + "."
        return self.answer("stance_parts", data, text, top=40)

    def stance_index(self):
        """One number a source, beside the shares that it is made of."""
        data = compare.stance_index(self.counted.stances, self.tables.sentences, seed=self.seed)
        few = data[(data["voice"] == "all") & data["index"].isna()]
        text = ("Too few positions for an index: " + listed(f"{r.source} ({r.n})" for r in few.itertuples()) + "."
                if len(few) else "Every source takes enough positions for an index over both voices.")
        return self.answer("stance_index", data, text, top=60)

    def holders(self):
        """Who affirms the narrative, and who denies it?"""
        data = self.named(compare.holders(self.counted.stances)[["holder_group", "holder", "value", "k", "n", "share"]])
        figure = charts.holders(data, self.labels["actor"], self.claim)
        total = data.groupby(["holder_group", "value"])["k"].sum().unstack(fill_value=0)
        total = total[total.sum(axis=1) >= LEAST]
        main = total.idxmax(axis=1) if len(total) else {}
        text = "; ".join(f"{self.label(g)}: most often {main[g]} ({int(total.loc[g].max())} of {int(total.loc[g].sum())})"
                         for g in (total.sum(axis=1).sort_values(ascending=False, kind='stable').index if len(total) else []))
        rows = self.counted.stances
        return self.answer("stance_by_holder", data, f"{text}." if text else "Nobody takes a position.", figure, top=0,
                           folds=lambda: self.folds(rows, "holder_group", self.marks(rows)))

    def arguments(self):
        """With which arguments?"""
        data = compare.arguments(self.counted.stances)
        figure = charts.arguments(data, self.labels["argument"], self.claim)
        top = data.groupby(["side", "argument"])["k"].sum().sort_values(ascending=False, kind="stable")
        named = {a: self.label(a, "argument") for _, a in top.index}
        text = "; ".join(f"{side}: {listed(f'{named[a]} ({k})' for (_, a), k in rows.head(3).items() if k)}"
                         for side, rows in top.groupby("side", sort=False))
        rows = self.counted.stances
        return self.answer("arguments", data, f"{text}." if text else "No argument is used.", figure, top=0,
                           folds=lambda: self.folds(rows, "argument", self.marks(rows)))

    def strip(self):
        """Where in each story does stance appear?"""
        data = compare.stance_positions(self.counted.stances, self.tables.sentences)
        figure = charts.strip(data, self.claim)
        early = data.groupby("source", sort=False)["position"].mean()
        text = ("Mean place of a position, from first sentence (0) to last (1): "
                + ", ".join(f"{source} {value:.2f}" for source, value in early.items()))
        return self.answer("stance_strip", data, f"{text}." if len(data) else "Nobody takes a position.", figure, top=0)

    # --- Actors

    def coverage(self):
        """Which source names which actor, and who is left out?"""
        data = compare.coverage(self.tables.mentions, self.tables.sentences)
        figure = charts.coverage(data, self.labels["actor"])
        out = data[data["chance"] < ALPHA].sort_values("chance")
        text = "; ".join(f"{r.source} never names {self.label(r.actor)}" for r in out.head(4).itertuples())
        text = f"Left out although length does not explain it: {text}." if text else "No absence is odder than its source is short."
        return self.answer("coverage", data, text, figure, top=0,
                           folds=lambda: self.folds(self.counted.mentions, "actor", label="actor", limit=10))

    def pairs(self, level="actor"):
        """Return the pairs of actors, or of their groups, by source and pooled."""
        if level not in self.paired:
            self.paired[level] = cooccurrence.pairs(self.tables.mentions, self.tables.sentences, self.window, level, self.groups,
                                                    seed=self.seed)
        return self.paired[level]

    def pair_matrix(self, level="actor"):
        """Which actors appear together?"""
        data = self.pairs(level)
        figure = charts.pair_matrix(data, cooccurrence.order(data), labels=self.labels["actor"])
        pooled = data[(data["source"] == "all") & ~data["within"]]
        clear = pooled[pooled["q"] < ALPHA].sort_values("n_ab", ascending=False, kind="stable")
        names = [f"{self.label(r.a)} and {self.label(r.b)} ({r.n_ab} of {r.n})" for r in clear.itertuples()]
        text = (f"Together more often than chance, of different groups: {listed(names[:5])}." if names
                else "No two actors of different groups appear together more often than chance.")
        best = data[data["source"] == "all"].sort_values("n_ab", ascending=False, kind="stable").head(PAIRS)
        return self.answer("pair_matrix" if level == "actor" else "group_matrix", data, text, figure, columns=["source", "a", "b", "n_a", "n_b", "n_ab", "n", "expected",
                           "npmi", "low", "high", "q", "within", "unit"], top=0, folds=lambda: [self.pair_sentences(r.a, r.b, level) for r in best.itertuples()])

    def pair_sentences(self, a, b, level):
        """Return the folded sentences (or the stories' sentences) in which two actors occur."""
        rows = self.counted.mentions[self.counted.mentions["sense"] == "actor"]
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
        text = "Pairs that pass the test (q < 0.05): " + ", ".join(f"{s} {ties.get(s, 0)}" for s in self.names) + "."
        return self.answer("network", data, text, figure, top=0)

    def difference(self, first=None, second=None):
        """Which pairs appear more in one source than in another?"""
        names = self.names
        for wanted in (first, second):
            if wanted is not None and wanted not in names:
                raise StudyError(f"difference: {wanted!r} is not among the sources; allowed: {', '.join(names)}")
        longest = list(compare.counted(self.tables.sentences)["source"].value_counts().index)
        first, second = first or longest[0], second or next((s for s in longest if s != (first or longest[0])), longest[0])
        data = cooccurrence.difference(self.tables.mentions, self.tables.sentences, first, second, self.window, groups=self.groups,
                                       seed=self.seed)
        figure = charts.difference(data, first, second, self.labels["actor"])
        clear = data[data["verdict"].str.startswith("more")]
        text = (f"{first} against {second}: " + (f"{count(len(clear), 'pair')} differ clearly, first of all "
                f"{self.label(clear.iloc[0].actor_a)} and "
                f"{self.label(clear.iloc[0].actor_b)}." if len(clear) else "no pair differs clearly."))
        return self.answer("difference", data, text, figure, top=0)

    def who_acts(self):
        """Who acts, and who is acted upon?"""
        data = compare.who_acts(self.counted.deeds)
        figure = charts.who_acts(data, self.labels["actor"])
        total = data.groupby("actor", sort=False)[["acts", "acted_upon"]].sum()
        total = total[total.sum(axis=1) >= 5]
        share = (total["acts"] / total.sum(axis=1)).sort_values(kind="stable")
        text = "" if share.empty else (f"Most often acting: {self.label(share.index[-1])} ({pct(share.iloc[-1])}); most often "
                                       f"acted upon: {self.label(share.index[0])} ({pct(1 - share.iloc[0])}).")
        return self.answer("who_acts", data, text or "Too few deeds to say.", figure, top=0)

    def verbs_between(self):
        """What do the actors do to each other?"""
        data = compare.verbs_between(self.counted.deeds)
        data = data[(data["subject"] != "") & (data["object"] != "")].reset_index(drop=True)
        text = listed(f"{self.label(r.subject)} {'not ' if r.negated else ''}{r.verb} "
                      f"{self.label(r.object)} ({r.k}, {r.source})" for r in data.head(3).itertuples())
        rows = self.counted.deeds
        rows = rows[(rows["subject"] != "") & (rows["object"] != "")]
        return self.answer("verbs_between", data, f"{text}." if text else "No actor does anything to another.", top=20,
                           folds=lambda: [self.evidence(rows, "Who does what to whom", rows, "cue")] if len(rows) else [])

    # --- Trust

    def accuracy(self, brief=False):
        """How good is each step, on this study's labels? (`brief`: one row a step)"""
        if self.study.labels is None:
            return self.answer("accuracy", pd.DataFrame(columns=["step", "measure", "value", "low", "high", "n"]),
                               "This study has no labels, so nothing of its accuracy is known.")
        data = trust.accuracy(self.whole, self.study.labels, seed=self.seed)
        main = data[data["measure"].str.endswith("F1")].sort_values("value")
        text = ("Weakest: " + listed(f"{r.step} {r.measure} {r.value:.2f} ({r.low:.2f} to {r.high:.2f})" for r in main.head(3).itertuples()) + ".")
        if brief:
            data = data[data["measure"].isin(("F1", "accuracy", "found", "cue and speaker: F1", "macro F1"))]
        return self.answer("accuracy", data, text, columns=["step", "measure", "value", "low", "high", "n"], top=100)

    def errors(self, step):
        """Where is a step wrong?"""
        if self.study.labels is None:
            return self.answer(f"errors_{step}", pd.DataFrame(), "This study has no labels.", top=0)
        data = trust.errors(self.whole, self.study.labels, step)
        return self.answer(f"errors_{step.replace(' ', '_')}", data, f"{step}: {count(len(data), 'error')} against the labels.", top=15)

    def provenance(self):
        """Return what made this page."""
        return show.provenance(self.study, {"sources": self.sources, "voice": self.voice, "window": self.window,
                                            "model": self.model, "seed": self.seed})

    def figures(self):
        """Yield the answers that have a figure."""
        for question in (self.overview, self.frames, lambda: self.frames(generic=True), self.words, lambda: self.words("phrase"),
                         self.naming, self.speakers, self.verbs, self.stance, self.holders, self.arguments, self.strip,
                         self.coverage, self.pair_matrix, lambda: self.pair_matrix("group"), self.network, self.difference, self.who_acts):
            yield question()


def allowed(name, value, values):
    if value not in values:
        raise StudyError(f"{name}: {value!r}; allowed: {', '.join(values)}")


def labels(book):
    """Return {column: {key: name to show}} of a codebook."""
    narrative = book.narrative.arguments if book.narrative else {}
    actor = {key: one.name for key, one in book.actors.items()} | book.groups
    frame = {key: one.label or key for key, one in book.frames.items()}
    argument = {key: one.label or key for key, one in narrative.items()}
    return {"frame": frame, "argument": argument, "item": argument | frame | actor,
            **dict.fromkeys(("actor", "actor_a", "actor_b", "a", "b", "subject", "object", "speaker", "holder", "group", "holder_group"), actor)}


def speaking(statements):
    """Return the marks of statements: who speaks and the reporting words, both as voice."""
    parts = [statements[["file", f"{part}_start", f"{part}_end"]].dropna().set_axis(["file", "start", "end"], axis=1)
             .assign(label="voice") for part in ("speaker", "cue")]
    return pd.concat(parts, ignore_index=True)


def leading(data, item, labels, verb="uses most"):
    """Say for each source which item has the largest share."""
    best = data[data["k"] > 0].sort_values("share", ascending=False, kind="stable").drop_duplicates("source")
    order = {source: i for i, source in enumerate(data["source"].unique())}
    best = best.sort_values("source", key=lambda column: column.map(order))
    return "; ".join(f"{r['source']} {verb} {labels.get(r[item], r[item])} ({r['k']} of {r['n']})"
                     for r in best.to_dict("records")) + "." if len(best) else "Nothing was found."


def listed(items):
    items = list(items)
    return ", ".join(items[:-1]) + " and " + items[-1] if len(items) > 1 else "".join(items) or "none"


def count(n, noun):
    return f"{n} {noun}{'' if n == 1 else 's'}"


def pct(share):
    return f"{share:.0%}"
