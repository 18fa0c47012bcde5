import Events

/// `flows/<name>.yaml`: read, checked as a whole, and put into an order in which steps can run.
struct FlowFile {
    static let folder = "flows"
    static let stepsMax = 64
    static let inputsMax = 32

    /// Nil once its problems are reported.
    static func read(
        _ path: String, named stem: String, context: FlowContext, _ collector: DiagnosticCollector
    ) -> DefinitionFile<FlowDefinition>? {
        let errorsBefore = collector.errorCount
        guard let file = TextFile.yaml(path, in: context.folder, collector), let node = file.compose(),
            let fields = Fields(node, of: "a flow", in: file, keys: ["name", "on", "customer", "steps", "outcomes"]),
            file.checkName(fields, stem: stem, dots: false)
        else { return nil }
        let triggers = FlowTriggers(fields)
        guard let list = fields.required("steps", hint: "`steps:` and one `- id: ...` a step"),
            let nodes = file.list(list, "steps", max: stepsMax)
        else { return nil }
        if nodes.isEmpty { file.error("a flow has at least one step", at: list.position) }
        let drafts = nodes.map { StepReader(file: file, context: context, inputs: triggers.names).step($0) }
        let steps = FlowChecks(file: file, context: context, drafts: drafts).run()
        let outcomes = OutcomesReader(file: file, steps: drafts.compactMap(\.self), context: context).read(fields)
        let customer = fields["customer"].flatMap {
            StepReader(file: file, context: context, inputs: triggers.names).customer($0)
        }
        guard collector.errorCount == errorsBefore, let steps else { return nil }
        let definition = FlowDefinition(
            name: stem, inputs: triggers.inputs, steps: steps, outcomes: outcomes, customer: customer)
        return DefinitionFile(definition: definition, source: file.source)
    }
}
