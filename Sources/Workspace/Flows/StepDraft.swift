import Events

/// A step as it stands in the file, before the steps are looked at together.
struct StepDraft {
    let id: String
    let position: SourcePosition
    var kind: Kind
    /// Explicit ones, and those that follow from what the step says.
    var needs: [StepMention] = []
    /// Expressions that lead to a step.
    var expressions: [StepMention] = []
    /// Of a review, where it names the effect that it shows.
    var showsPosition: SourcePosition?
    /// Nil if something in it is wrong, which was reported.
    var work: StepDefinition.Work?

    enum Kind: String {
        case agent, read, review, effect
    }

    /// Every step that must come before, each once.
    var neededSteps: Set<String> { Set((needs + expressions).map(\.step)) }
}

/// A place in a flow where a step is named.
struct StepMention {
    let step: String
    let position: SourcePosition
    /// The way into its output: `["questions"]` of `steps.plan.questions`.
    var path: ArraySlice<String> = []
}
