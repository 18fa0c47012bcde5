import Events
public import Wire

extension LoadedWorkspace {
    /// The largest value of one input, in bytes.
    public static let inputBytesMax = 16_384

    /// The inputs of a job as a JSON object: what was given, and the defaults of what was not.
    ///
    /// - Parameter given: `topic` and `pricing pages`, as `-f topic="pricing pages"` gives them.
    /// - Throws: `WorkspaceProblems` for a flow or an input that does not exist, stands twice, or is missing.
    public func inputs(
        for flowName: String, given: [(name: String, value: String)]
    ) throws(WorkspaceProblems) -> JSON {
        guard let flow = flow(flowName) else { throw unknownFlow(flowName) }
        func problem(_ message: String, hint: String?) -> WorkspaceProblems {
            WorkspaceProblems(path: flow.source.path, message: message, hint: hint)
        }
        let known = flow.definition.inputs.map(\.name)
        var values: [String: String] = [:]
        for (name, value) in given {
            guard known.contains(name) else {
                throw problem(
                    "the flow has no input \"\(name.excerpt)\"", hint: NearestName.hint(for: name, among: known))
            }
            guard value.utf8.count <= Self.inputBytesMax else {
                throw problem("\"\(name)\" is longer than \(Self.inputBytesMax) bytes", hint: nil)
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw problem("\"\(name)\" is given twice", hint: "give it once")
            }
        }
        var fields: [JSON.Field] = []
        for input in flow.definition.inputs {
            if let value = values[input.name] {
                fields.append(JSON.Field(input.name, .string(value)))
            } else if !input.required, let standard = try? JSON(parsing: input.defaultJson) {
                fields.append(JSON.Field(input.name, standard))
            } else {
                throw problem("the input \"\(input.name)\" is missing", hint: "`-f \(input.name)=...`")
            }
        }
        return .object(fields)
    }

    func unknownFlow(_ name: String) -> WorkspaceProblems {
        WorkspaceProblems(
            path: FlowFile.folder, message: "there is no flow \"\(name.excerpt)\"",
            hint: NearestName.hint(for: name, among: flows.map(\.definition.name)))
    }
}
