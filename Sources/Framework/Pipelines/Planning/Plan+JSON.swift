public import Formats
internal import Diagnostics
internal import PluginKit
internal import Records

extension Plan {
    /// Appends the plan as a JSON object: what is known of a run before it.
    ///
    /// `docs/pipeline-files.md` describes the form.
    ///
    /// Two plans of the same file, variables, environment and descriptions are the same text, whatever their runs are
    /// called.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("pipeline", pipeline)
            json.member("file", file)
            json.key("stages")
            json.array { json in for node in nodes { write(node, to: &json) } }
            json.list("reads", sourceOrder.map { nodes[$0].name })
            json.key("findings")
            json.array { json in for finding in findings.all { FindingJSON.write(finding, to: &json) } }
        }
    }

    private func write(_ node: Node, to json: inout JSONWriter) {
        json.object { json in
            json.member("name", node.name)
            json.member("kind", node.kind.rawValue)
            json.member("use", node.plugin)
            if node.kind == .source {
                json.key("request")
                json.object { json in
                    json.list("columns", node.request.schema.names)
                    json.list("wished", node.request.wished.sorted())
                    json.list("conditions", node.request.conditions.map(\.description))
                }
                if let increment = node.increment {
                    json.key("increment")
                    json.object { json in
                        json.member("column", node.output.columns[increment.value.index].name)
                        json.list("key", increment.key.map { node.output.columns[$0.index].name })
                    }
                }
            } else {
                json.key("from")
                json.array { json in for port in node.inputs { write(port, to: &json) } }
                json.list("input", node.input)
                json.key("needs")
                node.stage.needs.write(to: &json)
            }
            if let lookup = node.lookup {
                json.key("lookup")
                json.object { json in
                    json.key("from")
                    write(lookup, to: &json)
                    json.key("needs")
                    node.stage.lookupNeeds.write(to: &json)
                }
            }
            json.key("outputs")
            json.array { json in
                for output in node.outputs {
                    json.object { json in
                        if !output.name.isEmpty { json.member("name", output.name) }
                        json.list("columns", output.schema)
                    }
                }
            }
            json.key("calls")
            json.array { json in
                for path in callPaths(of: node) {
                    json.object { json in
                        json.member("call", path.kind.rawValue)
                        json.key("layers")
                        json.array { json in
                            for layer in path.layers {
                                json.object { json in
                                    json.member("name", layer.name)
                                    json.member("use", layer.plugin)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private func write(_ port: Port, to json: inout JSONWriter) {
        json.object { json in
            json.member("stage", nodes[port.node].name)
            let output = nodes[port.node].outputs[port.output].name
            if !output.isEmpty { json.member("output", output) }
        }
    }
}

extension Needs {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("all", takesAll)
            json.list("always", always.sorted())
            json.list("wished", wished.sorted())
            json.key("made")
            json.object { json in
                for (name, origins) in made.sorted(by: { $0.key < $1.key }) { json.list(name, origins.sorted()) }
            }
            json.key("moved")
            json.object { json in for (name, old) in moved.sorted(by: { $0.key < $1.key }) { json.member(name, old) } }
            json.member("passesOthers", passesOthers)
            json.list("conditions", conditions.map(\.description))
            json.member("isTransparent", isTransparent)
        }
    }
}

extension JSONWriter {
    fileprivate mutating func list(_ key: String, _ texts: [String]) {
        self.key(key)
        array { json in for text in texts { json.write(text) } }
    }

    fileprivate mutating func list(_ key: String, _ schema: Schema) {
        self.key(key)
        array { json in
            for column in schema.columns {
                json.object { json in
                    json.member("name", column.name)
                    json.member("kind", column.kind.rawValue)
                    if column.holdsJSON { json.member("holdsJSON", true) }
                }
            }
        }
    }
}
