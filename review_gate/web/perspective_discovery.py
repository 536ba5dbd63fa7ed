"""The discovery document of our Perspective interface: what Google's generic clients build themselves from."""

from __future__ import annotations

from typing import Any

STRING = {"type": "string"}
FLAG = {"type": "boolean"}
NUMBER = {"type": "number", "format": "float"}
INTEGER = {"type": "integer", "format": "int32"}


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


def _map(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": of}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": name}


SCHEMAS: dict[str, dict[str, Any]] = {
    "TextEntry": {"text": STRING, "type": {"type": "string", "enum": ["TEXT_TYPE_UNSPECIFIED", "PLAIN_TEXT"]}},
    "ArticleAndParentComment": {"article": _ref("TextEntry"), "parentComment": _ref("TextEntry")},
    "Context": {
        "entries": _list(_ref("TextEntry")),
        "articleAndParentComment": _ref("ArticleAndParentComment"),
    },
    "AttributeParameters": {
        "scoreType": {"type": "string", "enum": ["SCORE_TYPE_UNSPECIFIED", "PROBABILITY"]},
        "scoreThreshold": NUMBER,
    },
    "Score": {
        "value": NUMBER,
        "type": {"type": "string", "enum": ["SCORE_TYPE_UNSPECIFIED", "PROBABILITY"]},
    },
    "SpanScore": {
        "begin": INTEGER | {"description": "First place of the span, in UTF-16 units."},
        "end": INTEGER | {"description": "The place after the span, in UTF-16 units."},
        "score": _ref("Score"),
    },
    "AttributeScores": {"summaryScore": _ref("Score"), "spanScores": _list(_ref("SpanScore"))},
    "AnalyzeCommentRequest": {
        "comment": _ref("TextEntry"),
        "context": _ref("Context"),
        "requestedAttributes": _map(_ref("AttributeParameters")),
        "spanAnnotations": FLAG | {"description": "A score for each sentence, too."},
        "languages": _list(STRING),
        "doNotStore": FLAG | {"description": "Comments are never stored."},
        "dropUnsupportedAttributes": FLAG,
        "clientToken": STRING,
        "sessionId": STRING,
        "communityId": STRING,
    },
    "AnalyzeCommentResponse": {
        "attributeScores": _map(_ref("AttributeScores")),
        "languages": _list(STRING),
        "detectedLanguages": _list(STRING),
        "clientToken": STRING,
    },
    "SuggestCommentScoreRequest": {
        "comment": _ref("TextEntry"),
        "context": _ref("Context"),
        "attributeScores": _map(_ref("AttributeScores")),
        "languages": _list(STRING),
        "communityId": STRING,
        "clientToken": STRING,
        "sessionId": STRING,
    },
    "SuggestCommentScoreResponse": {
        "clientToken": STRING,
        "detectedLanguages": _list(STRING),
        "requestedLanguages": _list(STRING),
    },
}


def discovery(url: str) -> dict[str, Any]:
    """The document for a service that is reached at `url` (without a slash at the end)."""
    return {
        "kind": "discovery#restDescription",
        "discoveryVersion": "v1",
        "id": "commentanalyzer:v1alpha1",
        "name": "commentanalyzer",
        "canonicalName": "Comment Analyzer",
        "version": "v1alpha1",
        "revision": "1",
        "title": "Review Gate in the shape of the Perspective API",
        "description": "Scores of comments by Review Gate's own model, behind the interface of the Perspective API.",
        "protocol": "rest",
        "rootUrl": f"{url}/",
        "servicePath": "",
        "baseUrl": f"{url}/",
        "basePath": "",
        "batchPath": "batch",
        "parameters": {
            "key": {"type": "string", "location": "query", "description": "An API key with the scope 'check'."},
            "alt": {"type": "string", "location": "query", "enum": ["json"], "default": "json"},
            "prettyPrint": {"type": "boolean", "location": "query", "default": "true"},
            "fields": {"type": "string", "location": "query"},
            "quotaUser": {"type": "string", "location": "query"},
        },
        "schemas": {
            name: {"id": name, "type": "object", "properties": properties} for name, properties in SCHEMAS.items()
        },
        "resources": {
            "comments": {
                "methods": {
                    "analyze": _method("analyze", "AnalyzeComment", "Scores a comment for the attributes asked for."),
                    "suggestscore": _method(
                        "suggestscore", "SuggestCommentScore", "Notes what somebody thinks the score should have been."
                    ),
                }
            }
        },
    }


def _method(name: str, kind: str, description: str) -> dict[str, Any]:
    return {
        "id": f"commentanalyzer.comments.{name}",
        "path": f"v1alpha1/comments:{name}",
        "flatPath": f"v1alpha1/comments:{name}",
        "httpMethod": "POST",
        "description": description,
        "parameters": {},
        "parameterOrder": [],
        "request": {"$ref": f"{kind}Request"},
        "response": {"$ref": f"{kind}Response"},
    }
