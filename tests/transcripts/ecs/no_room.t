# What does not fit is a failure of RunTask, not an error, with the first thing that each instance lacks.
! node n1 cpu 1024 memory 1024
! node n2 cpu 2048 memory 512
@ +1s
> ecs RegisterTaskDefinition {"family":"half","containerDefinitions":[{"name":"web","image":"a","cpu":512,"memory":400}]}
| taskDefinition.status
< 200 {"taskDefinition":{"status":"ACTIVE"}}
> ecs RegisterTaskDefinition {"family":"port","containerDefinitions":[{"name":"web","image":"a","memory":64,
  "portMappings":[{"containerPort":80,"hostPort":8080}]}]}
| taskDefinition.status
< 200 {"taskDefinition":{"status":"ACTIVE"}}

# Two on the first, one on the second, and no room for the rest.
> ecs RunTask {"taskDefinition":"half","count":4}
| tasks.taskArn tasks.containerInstanceArn failures
< 200 {
    "tasks": [
      {
        "taskArn": "arn:aws:ecs:us-east-1:000000000000:task/default/$task1",
        "containerInstanceArn": "arn:aws:ecs:us-east-1:000000000000:container-instance/default/$instance1"
      },
      {
        "taskArn": "arn:aws:ecs:us-east-1:000000000000:task/default/$task2",
        "containerInstanceArn": "arn:aws:ecs:us-east-1:000000000000:container-instance/default/$instance2"
      },
      {
        "taskArn": "arn:aws:ecs:us-east-1:000000000000:task/default/$task3",
        "containerInstanceArn": "arn:aws:ecs:us-east-1:000000000000:container-instance/default/$instance1"
      }
    ],
    "failures": [
      {
        "arn": "arn:aws:ecs:us-east-1:000000000000:container-instance/default/$instance2",
        "reason": "RESOURCE:MEMORY"
      },
      {
        "arn": "arn:aws:ecs:us-east-1:000000000000:container-instance/default/$instance1",
        "reason": "RESOURCE:CPU"
      }
    ]
  }

# Host ports are taken once on each host.
> ecs RunTask {"taskDefinition":"port","count":3}
| tasks.containerInstanceArn failures
< 200 {
    "tasks": [
      {"containerInstanceArn":"arn:aws:ecs:us-east-1:000000000000:container-instance/default/$instance2"},
      {"containerInstanceArn":"arn:aws:ecs:us-east-1:000000000000:container-instance/default/$instance1"}
    ],
    "failures": [
      {
        "arn": "arn:aws:ecs:us-east-1:000000000000:container-instance/default/$instance2",
        "reason": "RESOURCE:MEMORY"
      },
      {
        "arn": "arn:aws:ecs:us-east-1:000000000000:container-instance/default/$instance1",
        "reason": "RESOURCE:PORTS"
      }
    ]
  }

# A task that is bigger than any host.
> ecs RegisterTaskDefinition {"family":"huge","containerDefinitions":[{"name":"web","image":"a","memory":8192}]}
| taskDefinition.status
< 200 {"taskDefinition":{"status":"ACTIVE"}}
> ecs RunTask {"taskDefinition":"huge"}
< 200 {
    "tasks": [],
    "failures": [
      {
        "arn": "arn:aws:ecs:us-east-1:000000000000:container-instance/default/$instance2",
        "reason": "RESOURCE:MEMORY"
      },
      {
        "arn": "arn:aws:ecs:us-east-1:000000000000:container-instance/default/$instance1",
        "reason": "RESOURCE:MEMORY"
      }
    ]
  }

# A cluster without instances is an error.
> ecs CreateCluster {"clusterName":"empty"}
| cluster.status
< 200 {"cluster":{"status":"ACTIVE"}}
> ecs RunTask {"cluster":"empty","taskDefinition":"half"}
< 400 {"__type":"InvalidParameterException","message":"No Container Instances were found in your cluster."}

# Room comes back with the end of a task.
@ +2s
> ecs StopTask {"task":"$task1"}
| task.lastStatus
< 200 {"task":{"lastStatus":"STOPPING"}}
@ +1s
> ecs RunTask {"taskDefinition":"half"}
| tasks.containerInstanceArn failures
< 200 {
    "tasks": [
      {"containerInstanceArn":"arn:aws:ecs:us-east-1:000000000000:container-instance/default/$instance1"}
    ],
    "failures": []
  }
