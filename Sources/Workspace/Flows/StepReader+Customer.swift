import Jobs

extension StepReader {
    /// The client that a job is about: known when the job begins, so it comes from its inputs.
    consuming func customer(_ node: YAMLNode) -> String? {
        guard let (text, parsed) = template(node, "customer") else { return nil }
        if let step = expressions.first {
            file.error(
                "a client never comes from a step's output: it decides what the steps are shown",
                at: step.position, hint: "`customer: \"${{ inputs.customer }}\"`")
            return nil
        }
        if parsed.paths.isEmpty, !Identifier.isValid(text) {
            file.error(
                "\"\(text.excerpt)\" is no client's id", at: node.position, hint: Identifier.rule(dots: true))
            return nil
        }
        return text
    }
}
