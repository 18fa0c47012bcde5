import Wire

/// The built-in agent that needs no model: it takes sentences, titles and addresses from what it is given, ranks them
/// and puts them into the shape that is asked for.
///
/// A pure function: no model, no clock, no chance. It never makes up a figure. Equal requests get equal bytes.
enum HeuristicAgent {
    /// - Parameter request: the native request document.
    /// - Returns: the answer, canonical JSON of the shape that the request names.
    /// - Throws: `HeuristicError` if the document cannot be read.
    static func answer(_ request: [UInt8]) throws(HeuristicError) -> [UInt8] {
        let request = try HeuristicRequest(request)
        return HeuristicWriter(request).value(of: request.output, named: "", about: nil).bytes
    }
}
