# A task of the bridge network through every state that a client can see, with the time of each.
! node n1 cpu 2048 memory 4096
@ +1s
> ecs RegisterTaskDefinition {"family":"hello","containerDefinitions":[{"name":"web","image":"hello:1","memory":64,
  "portMappings":[{"containerPort":80}]}]}
| taskDefinition.taskDefinitionArn taskDefinition.status taskDefinition.revision taskDefinition.compatibilities
< 200 {
    "taskDefinition": {
      "taskDefinitionArn": "arn:aws:ecs:us-east-1:000000000000:task-definition/hello:1",
      "status": "ACTIVE",
      "revision": 1,
      "compatibilities": ["EXTERNAL","EC2"]
    }
  }

> ecs RunTask {"taskDefinition":"hello","startedBy":"me"}
< 200 {
    "tasks": [
      {
        "attachments": [],
        "attributes": [{"name":"ecs.cpu-architecture","value":"x86_64"}],
        "clusterArn": "arn:aws:ecs:us-east-1:000000000000:cluster/default",
        "containers": [
          {
            "containerArn": "arn:aws:ecs:us-east-1:000000000000:container/default/$task1/$container1",
            "taskArn": "arn:aws:ecs:us-east-1:000000000000:task/default/$task1",
            "name": "web",
            "image": "hello:1",
            "lastStatus": "PENDING",
            "healthStatus": "UNKNOWN",
            "cpu": "0",
            "memory": "64",
            "networkBindings": [],
            "networkInterfaces": []
          }
        ],
        "cpu": "0",
        "createdAt": "+1.013s",
        "desiredStatus": "RUNNING",
        "enableExecuteCommand": false,
        "group": "family:hello",
        "healthStatus": "UNKNOWN",
        "inferenceAccelerators": [],
        "lastStatus": "PENDING",
        "launchType": "EC2",
        "memory": "64",
        "overrides": {"containerOverrides":[{"name":"web"}],"inferenceAcceleratorOverrides":[]},
        "tags": [],
        "taskArn": "arn:aws:ecs:us-east-1:000000000000:task/default/$task1",
        "taskDefinitionArn": "arn:aws:ecs:us-east-1:000000000000:task-definition/hello:1",
        "version": 1,
        "containerInstanceArn": "arn:aws:ecs:us-east-1:000000000000:container-instance/default/$instance1",
        "startedBy": "me"
      }
    ],
    "failures": []
  }

# The image is pulled in a second and the container starts in another fifth of one.
@ +1s
> ecs DescribeTasks {"tasks":["$task1"]}
| tasks.lastStatus tasks.version tasks.createdAt tasks.pullStartedAt
< 200 {"tasks":[{"lastStatus":"PENDING","version":1,"createdAt":"+1.013s"}]}
@ +1s
> ecs DescribeTasks {"tasks":["$task1"]}
| tasks.lastStatus tasks.version tasks.createdAt tasks.pullStartedAt tasks.pullStoppedAt tasks.startedAt tasks.connectivityAt tasks.containers.lastStatus tasks.containers.networkBindings tasks.containers.runtimeId tasks.containers.imageDigest
< 200 {
    "tasks": [
      {
        "lastStatus": "RUNNING",
        "version": 4,
        "createdAt": "+1.013s",
        "pullStartedAt": "+1.017s",
        "pullStoppedAt": "+2.017s",
        "startedAt": "+2.218s",
        "connectivityAt": "+2.218s",
        "containers": [
          {
            "lastStatus": "RUNNING",
            "networkBindings": [{"bindIP":"0.0.0.0","containerPort":80,"hostPort":32768,"protocol":"tcp"}],
            "runtimeId": "$runtime1",
            "imageDigest": "sha256:68656c6c6f3a31"
          }
        ]
      }
    ]
  }

> ecs StopTask {"task":"$task1"}
| task.lastStatus task.desiredStatus task.version task.stopCode task.stoppedReason task.stoppingAt task.stoppedAt
< 200 {
    "task": {
      "lastStatus": "STOPPING",
      "desiredStatus": "STOPPED",
      "version": 7,
      "stopCode": "UserInitiated",
      "stoppedReason": "Task stopped by user",
      "stoppingAt": "+3.019s"
    }
  }
@ +1s
> ecs DescribeTasks {"tasks":["$task1"]}
< 200 {
    "tasks": [
      {
        "attachments": [],
        "attributes": [{"name":"ecs.cpu-architecture","value":"x86_64"}],
        "clusterArn": "arn:aws:ecs:us-east-1:000000000000:cluster/default",
        "containers": [
          {
            "containerArn": "arn:aws:ecs:us-east-1:000000000000:container/default/$task1/$container1",
            "taskArn": "arn:aws:ecs:us-east-1:000000000000:task/default/$task1",
            "name": "web",
            "image": "hello:1",
            "lastStatus": "STOPPED",
            "healthStatus": "UNKNOWN",
            "cpu": "0",
            "imageDigest": "sha256:68656c6c6f3a31",
            "runtimeId": "$runtime1",
            "exitCode": 143,
            "memory": "64",
            "networkBindings": [{"bindIP":"0.0.0.0","containerPort":80,"hostPort":32768,"protocol":"tcp"}],
            "networkInterfaces": []
          }
        ],
        "cpu": "0",
        "createdAt": "+1.013s",
        "desiredStatus": "STOPPED",
        "enableExecuteCommand": false,
        "group": "family:hello",
        "healthStatus": "UNKNOWN",
        "inferenceAccelerators": [],
        "lastStatus": "STOPPED",
        "launchType": "EC2",
        "memory": "64",
        "overrides": {"containerOverrides":[{"name":"web"}],"inferenceAcceleratorOverrides":[]},
        "tags": [],
        "taskArn": "arn:aws:ecs:us-east-1:000000000000:task/default/$task1",
        "taskDefinitionArn": "arn:aws:ecs:us-east-1:000000000000:task-definition/hello:1",
        "version": 8,
        "containerInstanceArn": "arn:aws:ecs:us-east-1:000000000000:container-instance/default/$instance1",
        "startedBy": "me",
        "stopCode": "UserInitiated",
        "stoppedReason": "Task stopped by user",
        "connectivity": "CONNECTED",
        "connectivityAt": "+2.218s",
        "pullStartedAt": "+1.017s",
        "pullStoppedAt": "+2.017s",
        "startedAt": "+2.218s",
        "stoppingAt": "+3.019s",
        "executionStoppedAt": "+3.123s",
        "stoppedAt": "+3.134s"
      }
    ],
    "failures": []
  }

# An hour later nobody remembers it.
@ +61m
> ecs DescribeTasks {"tasks":["$task1"]}
< 200 {
    "tasks": [],
    "failures": [{"arn":"arn:aws:ecs:us-east-1:000000000000:task/default/$task1","reason":"MISSING"}]
  }
